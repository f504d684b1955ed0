/** A real table: sticky head, first column and totals; sorting; pinned rows that are never sorted away; copying as TSV. */
import { type SortingState, createSortedRowModel, createColumnHelper, rowSortingFeature, tableFeatures, useTable } from "@tanstack/react-table";
import { type ReactNode, useMemo, useState } from "react";

import { toTsv } from "../lib/tsv";
import { classes } from "../ui/classes";
import { copyText } from "../ui/toast";
import styles from "./DataTable.module.css";
import { TableFrame } from "./TableFrame";

export interface Column<Row> {
  id: string;
  header: string;
  /** After the header, muted: "€". */
  unit?: string;
  align?: "start" | "end";
  /** What the column sorts by; nulls stay last both ways. A column without it is not sorted. */
  sortBy?: (row: Row) => number | string | null;
  cell: (row: Row) => ReactNode;
  /** The full value, for copying. */
  text: (row: Row) => string;
  total?: ReactNode;
  totalText?: string;
  /** A hairline before this column begins a group. */
  startsGroup?: boolean;
  strong?: boolean;
}

interface DataTableProps<Row> {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  /** Rows kept above the total whatever the order, such as "Unattributed". */
  pinned?: readonly Row[];
  rowKey: (row: Row) => string;
  /** The row that a link points to; it is marked and brought into view. */
  pointedAt?: string | null;
  initialSort?: { id: string; descending: boolean };
  totalLabel?: string;
  compact?: boolean;
}

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });

export function DataTable<Row extends object>({ caption, columns, rows, pinned = [], rowKey, pointedAt = null, initialSort, totalLabel, compact = false }: DataTableProps<Row>) {
  const [sorting, setSorting] = useState<SortingState>(initialSort ? [{ id: initialSort.id, desc: initialSort.descending }] : []);
  const data = useMemo(() => [...rows], [rows]);
  const definitions = useMemo(() => {
    const helper = createColumnHelper<typeof features, Row>();
    return columns.map((column) =>
      helper.accessor((row: Row): unknown => column.sortBy?.(row) ?? undefined, {
        id: column.id,
        enableSorting: column.sortBy !== undefined,
        sortUndefined: "last",
        sortDescFirst: column.align === "end",
        sortFn: compare,
      }),
    );
  }, [columns]);
  const table = useTable({ features, columns: definitions, data, state: { sorting }, onSortingChange: setSorting, getRowId: rowKey });
  const sorted = table.getRowModel().rows.map((row) => row.original);

  const copy = () => {
    const lines = [...sorted, ...pinned].map((row) => columns.map((column) => column.text(row)));
    const head = columns.map((column) => (column.unit ? `${column.header} ${column.unit}` : column.header));
    const foot = totalLabel ? [columns.map((column, index) => (index === 0 ? totalLabel : (column.totalText ?? "")))] : [];
    void copyText(toTsv([head, ...lines, ...foot]), `Copied ${lines.length} rows`);
  };

  const cells = (row: Row) => columns.map((column, index) => {
    const name = classes(column.align === "end" && styles.end, column.startsGroup && styles.group, column.strong && styles.strong);
    return index === 0
      ? <th key={column.id} scope="row" className={classes(styles.stick, name)}>{column.cell(row)}</th>
      : <td key={column.id} className={name}>{column.cell(row)}</td>;
  });

  return (
    <TableFrame caption={caption} onCopy={copy}>
      <table className={classes(styles.table, compact && styles.compact)}>
        <caption className="sr">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column, index) => {
              const direction = sorting.find((sort) => sort.id === column.id);
              const name = classes(column.align === "end" && styles.end, column.startsGroup && styles.group, index === 0 && styles.stick, column.strong && styles.strong);
              const text = <>{column.header}{column.unit ? <span className={styles.unit}> {column.unit}</span> : null}</>;
              return (
                <th key={column.id} scope="col" className={name} aria-sort={direction ? (direction.desc ? "descending" : "ascending") : undefined}>
                  {column.sortBy ? (
                    <button type="button" className={styles.sort} onClick={() => table.getColumn(column.id)?.toggleSorting()}>
                      {text}
                      <span aria-hidden="true" className={styles.arrow}>{direction ? (direction.desc ? "↓" : "↑") : ""}</span>
                    </button>
                  ) : text}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {sorted.map((row) => {
            const isPointedAt = pointedAt !== null && rowKey(row) === pointedAt;
            return <tr key={rowKey(row)} className={isPointedAt ? styles.pointed : undefined} ref={isPointedAt ? bringIntoView : undefined}>{cells(row)}</tr>;
          })}
          {pinned.map((row) => <tr key={rowKey(row)} className={styles.pinned}>{cells(row)}</tr>)}
        </tbody>
        {totalLabel ? (
          <tfoot>
            <tr>
              {columns.map((column, index) => (index === 0
                ? <th key={column.id} scope="row" className={styles.stick}>{totalLabel}</th>
                : <td key={column.id} className={classes(column.align === "end" && styles.end, column.startsGroup && styles.group)}>{column.total}</td>))}
            </tr>
          </tfoot>
        ) : null}
      </table>
    </TableFrame>
  );
}

function bringIntoView(row: HTMLElement | null): void {
  row?.scrollIntoView({ block: "center" });
}

function compare(a: { getValue: (id: string) => unknown }, b: { getValue: (id: string) => unknown }, id: string): number {
  const [left, right] = [a.getValue(id), b.getValue(id)];
  if (typeof left === "number" && typeof right === "number") return left - right;
  return String(left).localeCompare(String(right), "en-GB");
}
