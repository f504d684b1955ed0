/** Horizontal bars with their words and figures: a histogram whose every bar can be read. */
import styles from "./charts.module.css";

export interface BarRow {
  key: string;
  label: string;
  value: number;
  text: string;
}

export function BarList({ rows, label }: { rows: readonly BarRow[]; label: string }) {
  const largest = Math.max(1, ...rows.map((row) => row.value));
  return (
    <ul className={styles.barList} aria-label={label}>
      {rows.map((row) => (
        <li key={row.key}>
          <span>{row.label}</span>
          <i aria-hidden="true"><b style={{ width: `${(Math.max(0, row.value) / largest) * 100}%` }} /></i>
          <span>{row.text}</span>
        </li>
      ))}
    </ul>
  );
}
