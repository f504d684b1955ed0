/** A table in levels: rows that open, columns in groups, totals at the foot. The order is the caller's; sorting is asked of it. */
import { type ReactNode, useState } from "react";

import { toTsv } from "../lib/tsv";
import { classes } from "../ui/classes";
import { Icon } from "../ui/Icon";
import { copyText } from "../ui/toast";
import data from "./DataTable.module.css";
import styles from "./PivotTable.module.css";
import { TableFrame } from "./TableFrame";

export interface PivotHead {
  id: string;
  label: string;
  unit?: string | undefined;
  /** The figures below the head: "Now", "Before", "Change". */
  parts: readonly { id: string; label: string; isQuiet?: boolean }[];
  /** The heading above several heads, such as a device. */
  group?: string;
}

export interface PivotCells {
  key: string;
  label: ReactNode;
  text: string;
  /** A cell for every part of every head. */
  cells: readonly { shown: ReactNode; text: string }[];
  children: readonly PivotCells[];
}

interface PivotTableProps {
  caption: string;
  corner: string;
  heads: readonly PivotHead[];
  rows: readonly PivotCells[];
  total: PivotCells;
  sort: { id: string; descending: boolean } | null;
  onSort: (id: string) => void;
  /** Rows that are open when the table is first shown. */
  isOpen?: boolean;
}

export function PivotTable({ caption, corner, heads, rows, total, sort, onSort, isOpen = true }: PivotTableProps) {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const isShown = (key: string) => toggled.has(key) !== isOpen;
  const toggle = (key: string) => setToggled((old) => {
    const next = new Set(old);
    if (!next.delete(key)) next.add(key);
    return next;
  });
  const shown = rows.flatMap((row) => flat(row, 0, isShown));
  const hasParts = heads.some((head) => head.parts.length > 1);
  const groups = grouped(heads);
  const hasGroups = groups.some((group) => group.label !== "");
  const depth = 1 + (hasParts ? 1 : 0) + (hasGroups ? 1 : 0);
  const starts = new Set(heads.map((_, at) => heads.slice(0, at).reduce((count, head) => count + head.parts.length, 0)).slice(1));
  const copy = () => {
    const head = [corner, ...heads.flatMap((one) => one.parts.map((part) => [one.group, one.label, one.unit, part.label].filter((word) => word).join(" ")))];
    const line = (row: PivotCells, indent: number) => [`${"  ".repeat(indent)}${row.text}`, ...row.cells.map((cell) => cell.text)];
    void copyText(toTsv([head, ...shown.map(({ row, indent }) => line(row, indent)), line(total, 0)]), `Copied ${shown.length} rows`);
  };
  return (
    <TableFrame caption={caption} onCopy={copy}>
      <table className={classes(data.table, styles.pivot, hasGroups && styles.deep)}>
        <caption className="sr">{caption}</caption>
        <thead>
          {hasGroups ? (
            <tr>
              <th className={data.stick} rowSpan={depth} scope="col">{corner}</th>
              {groups.map((group) => <th key={group.id} scope="colgroup" colSpan={group.span} className={classes(styles.group, data.group)}>{group.label}</th>)}
            </tr>
          ) : null}
          <tr>
            {hasGroups ? null : <th className={data.stick} rowSpan={depth} scope="col" aria-sort={sort?.id === "" ? direction(sort.descending) : undefined}><SortButton id="" label={corner} sort={sort} onSort={onSort} /></th>}
            {heads.map((head, at) => (
              <th key={head.id} colSpan={head.parts.length} scope={head.parts.length > 1 ? "colgroup" : "col"} className={classes(data.end, at > 0 && data.group)} aria-sort={sort?.id === head.id ? direction(sort.descending) : undefined}>
                <SortButton id={head.id} label={head.label} unit={head.unit} sort={sort} onSort={onSort} />
              </th>
            ))}
          </tr>
          {hasParts ? (
            <tr>
              {heads.flatMap((head, at) => head.parts.map((part, index) => (
                <th key={`${head.id} ${part.id}`} scope="col" className={classes(data.end, styles.part, at > 0 && index === 0 && data.group)}>{part.label}</th>
              )))}
            </tr>
          ) : null}
        </thead>
        <tbody>
          {shown.map(({ row, indent, level }) => (
            <tr key={row.key} className={indent > 0 ? styles.sub : undefined}>
              <th scope="row" className={data.stick} style={{ paddingLeft: `calc(var(--space-4) + ${indent * 18}px)` }}>
                <span className={styles.name}>
                  {row.children.length > 0 ? (
                    <button type="button" className={styles.twist} aria-expanded={isShown(row.key)} aria-label={`${isShown(row.key) ? "Close" : "Open"} ${row.text}`} onClick={() => toggle(row.key)}>
                      <Icon name={isShown(row.key) ? "down" : "right"} small />
                    </button>
                  ) : level ? <span className={styles.twist} /> : null}
                  {row.label}
                </span>
              </th>
              {cellsOf(row, heads, starts)}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" className={data.stick}>{total.label}</th>
            {cellsOf(total, heads, starts)}
          </tr>
        </tfoot>
      </table>
    </TableFrame>
  );
}

function direction(descending: boolean): "ascending" | "descending" {
  return descending ? "descending" : "ascending";
}

function SortButton({ id, label, unit, sort, onSort }: { id: string; label: string; unit?: string | undefined; sort: PivotTableProps["sort"]; onSort: (id: string) => void }) {
  return (
    <button type="button" className={data.sort} onClick={() => onSort(id)}>
      {label}
      {unit ? <span className={data.unit}> {unit}</span> : null}
      <span aria-hidden="true" className={data.arrow}>{sort?.id === id ? (sort.descending ? "↓" : "↑") : ""}</span>
    </button>
  );
}

function cellsOf(row: PivotCells, heads: readonly PivotHead[], starts: ReadonlySet<number>) {
  const quiet = heads.flatMap((head) => head.parts.map((part) => part.isQuiet ?? false));
  return row.cells.map((cell, at) => <td key={at} className={classes(data.end, quiet[at] && styles.quiet, starts.has(at) && data.group)}>{cell.shown}</td>);
}

function flat(row: PivotCells, indent: number, isShown: (key: string) => boolean, level = row.children.length > 0): { row: PivotCells; indent: number; level: boolean }[] {
  const below = row.children.length > 0 && isShown(row.key) ? row.children.flatMap((child) => flat(child, indent + 1, isShown, row.children.some((other) => other.children.length > 0))) : [];
  return [{ row, indent, level }, ...below];
}

function grouped(heads: readonly PivotHead[]): { id: string; label: string; span: number }[] {
  const groups: { id: string; label: string; span: number }[] = [];
  for (const head of heads) {
    const last = groups.at(-1);
    const label = head.group ?? "";
    if (last && last.label === label) last.span += head.parts.length;
    else groups.push({ id: head.id, label, span: head.parts.length });
  }
  return groups;
}
