/** A table whose figures are shaded by their size: cohorts by month. Shading repeats what the figures say. What is not known yet is hatched. */
import type { ReactNode } from "react";

import { classes } from "../ui/classes";
import table from "./DataTable.module.css";
import styles from "./HeatTable.module.css";

export interface HeatRow {
  key: string;
  name: ReactNode;
  /** In front of the shaded cells: customers, cost. */
  lead: readonly string[];
  /** Null is not known yet. */
  cells: readonly ({ value: number; text: string } | null)[];
  /** Behind them, apart: what is predicted, or a result. */
  tail: readonly string[];
  /** Not shaded, and set apart from the others. */
  total?: boolean;
}

interface HeatTableProps {
  caption: string;
  /** Heads of the names. */
  first: string;
  lead: readonly string[];
  /** What the steps are, "Month", and their numbers. */
  stepsAre: string;
  steps: readonly string[];
  tail: readonly { header: string; predicted?: boolean }[];
  rows: readonly HeatRow[];
  /** From the palest to the darkest shade; the rows' own extremes without it. */
  range?: readonly [number, number];
}

const SHADES = 7;

/** From 1, the palest, to 7. */
export function shade(value: number, [low, high]: readonly [number, number]): number {
  if (!(high > low)) return 1;
  return Math.min(SHADES, Math.max(1, 1 + Math.floor(((value - low) / (high - low)) * SHADES)));
}

export function extremes(rows: readonly HeatRow[]): [number, number] {
  const values = rows.filter((row) => row.total !== true).flatMap((row) => row.cells.flatMap((cell) => (cell === null ? [] : [cell.value])));
  return values.length === 0 ? [0, 0] : [Math.min(...values), Math.max(...values)];
}

export function HeatTable({ caption, first, lead, stepsAre, steps, tail, rows, range }: HeatTableProps) {
  const span = range ?? extremes(rows);
  return (
    <div className={table.scroll} tabIndex={0} role="group" aria-label={caption}>
      <table className={classes(table.table, table.compact, styles.heat)}>
        <caption className="sr">{caption}</caption>
        <thead>
          <tr>
            <th scope="col" className={table.stick}>{first}</th>
            {lead.map((head) => <th key={head} scope="col" className={table.end}>{head}</th>)}
            {steps.map((step, index) => <th key={step} scope="col" className={classes(table.end, styles.step)}>{index === 0 ? `${stepsAre} ${step}` : <><span className="sr">{stepsAre} </span>{step}</>}</th>)}
            {tail.map((column) => <th key={column.header} scope="col" className={classes(table.end, table.group, column.predicted && styles.predicted)}>{column.header}</th>)}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key} className={row.total ? styles.total : undefined}>
              <th scope="row" className={table.stick}>{row.name}</th>
              {row.lead.map((text, index) => <td key={lead[index]} className={table.end}>{text}</td>)}
              {steps.map((step, index) => {
                const cell = row.cells[index] ?? null;
                if (cell === null) return <td key={step} className={styles.unknown}><span className="sr">not known yet</span></td>;
                const at = shade(cell.value, span);
                return <td key={step} className={table.end} style={row.total ? undefined : { background: `var(--seq-${at})`, color: `var(--seq-${at}-text)` }}>{cell.text}</td>;
              })}
              {row.tail.map((text, index) => <td key={tail[index]?.header} className={classes(table.end, table.group, tail[index]?.predicted && styles.predicted)}>{text}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
