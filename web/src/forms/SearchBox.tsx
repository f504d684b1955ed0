import { Input } from "react-aria-components/Input";
import { SearchField } from "react-aria-components/SearchField";

import { Icon } from "../ui/Icon";
import styles from "./SearchBox.module.css";

interface SearchBoxProps {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
}

export function SearchBox({ label, placeholder, value, onChange }: SearchBoxProps) {
  return (
    <SearchField aria-label={label} className={styles.box ?? ""} value={value} onChange={onChange}>
      <Icon name="search" small />
      <Input placeholder={placeholder} className={styles.input ?? ""} />
    </SearchField>
  );
}
