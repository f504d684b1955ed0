/** A dropdown pill of the control bar: a muted key, a medium value, a list. */
import { Button } from "react-aria-components/Button";
import { ListBox, ListBoxItem } from "react-aria-components/ListBox";
import { Popover } from "react-aria-components/Popover";
import { Select } from "react-aria-components/Select";

import styles from "./Choice.module.css";
import { classes } from "./classes";
import { Icon } from "./Icon";

interface ChoiceProps<K extends string> {
  /** What is chosen, for readers: "Model". */
  label: string;
  /** The muted word in front: "vs", "Model". */
  lead?: string;
  value: K;
  options: readonly { key: K; label: string; hint?: string }[];
  onChange: (key: K) => void;
  tall?: boolean;
}

export function Choice<K extends string>({ label, lead, value, options, onChange, tall = false }: ChoiceProps<K>) {
  const chosen = options.find((option) => option.key === value);
  return (
    <Select
      aria-label={label}
      value={value}
      onChange={(key) => {
        const option = options.find((candidate) => candidate.key === key);
        if (option) onChange(option.key);
      }}
    >
      <Button className={classes(styles.pill, tall && styles.tall)} aria-label={`${label}: ${chosen?.label ?? ""}`}>
        <span>
          {lead ? <span className={styles.lead}>{lead} </span> : null}
          {chosen?.label}
        </span>
        <Icon name="down" small />
      </Button>
      <Popover className={styles.popover ?? ""} placement="bottom start" offset={4}>
        <ListBox className={styles.list ?? ""} aria-label={label}>
          {options.map((option) => (
            <ListBoxItem key={option.key} id={option.key} className={styles.item ?? ""} textValue={option.label}>
              {({ isSelected }) => (
                <>
                  <span className={styles.tick}>{isSelected ? <Icon name="check" small /> : null}</span>
                  <span>
                    {option.label}
                    {option.hint ? <small>{option.hint}</small> : null}
                  </span>
                </>
              )}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}
