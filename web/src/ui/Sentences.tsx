/** Findings as sentences: the finding in bold, its cause, one muted line of proof. */
import type { ReactNode } from "react";

import { Icon, type IconName } from "./Icon";
import styles from "./Sentences.module.css";

export interface Sentence {
  key: string;
  icon: IconName;
  finding: string;
  cause?: string;
  proof?: ReactNode;
}

export function Sentences({ items }: { items: readonly Sentence[] }) {
  return (
    <ul className={styles.list}>
      {items.map((item) => (
        <li key={item.key}>
          <Icon name={item.icon} />
          <p>
            <b>{item.finding}</b> {item.cause}
            {item.proof ? <small>{item.proof}</small> : null}
          </p>
        </li>
      ))}
    </ul>
  );
}
