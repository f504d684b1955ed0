import { ToggleButton } from "react-aria-components/ToggleButton";

import styles from "./Segmented.module.css";

interface SegmentedProps<K extends string> {
  label: string;
  value: K;
  options: readonly { key: K; label: string }[];
  onChange: (key: K) => void;
}

/** Two to six exclusive views. */
export function Segmented<K extends string>({ label, value, options, onChange }: SegmentedProps<K>) {
  return (
    <div className={styles.group} role="group" aria-label={label}>
      {options.map((option) => (
        <ToggleButton key={option.key} className={styles.option ?? ""} isSelected={option.key === value} onChange={() => onChange(option.key)}>
          {option.label}
        </ToggleButton>
      ))}
    </div>
  );
}
