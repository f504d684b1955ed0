import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { TextField } from "react-aria-components/TextField";

import styles from "./Field.module.css";

interface FieldProps {
  label: string;
  name: string;
  type?: "email" | "password" | "text";
  autoComplete?: string;
  value: string;
  onChange: (value: string) => void;
  isRequired?: boolean;
  isInvalid?: boolean;
  describedBy?: string;
}

/** A labelled text field; pasting is allowed, nothing is asked twice. */
export function Field({ label, name, type = "text", autoComplete = "off", value, onChange, isRequired = true, isInvalid = false, describedBy }: FieldProps) {
  return (
    <TextField className={styles.field ?? ""} name={name} type={type} value={value} onChange={onChange} isRequired={isRequired} isInvalid={isInvalid} autoComplete={autoComplete} validationBehavior="aria" {...(describedBy ? { "aria-describedby": describedBy } : {})}>
      <Label className={styles.label ?? ""}>{label}</Label>
      <Input className={styles.input ?? ""} />
    </TextField>
  );
}
