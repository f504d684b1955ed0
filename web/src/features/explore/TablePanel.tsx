/** The answer as a table: now, before and change for every value; every figure opens its card. */
import { useState } from "react";

import { channelColour } from "../../lib/channels";
import { rangeText } from "../../lib/dates";
import { type Question, splitValue } from "../../lib/explore";
import { count, plural } from "../../lib/format";
import { isModel, modelLabel } from "../../lib/models";
import { type PivotCells, type PivotHead, PivotTable } from "../../table/PivotTable";
import { FigureButton } from "../../ui/Card";
import { Delta } from "../../ui/Delta";
import { Named } from "../../ui/Mark";
import { Panel } from "../../ui/Panel";
import { CellCard } from "./CellCard";
import styles from "./Explore.module.css";
import type { Fields } from "./fields";
import { alone, changeOf, unitMark, written } from "./figures";
import { partLabel } from "./labels";
import { ALL_COLUMNS, type Figure, only, type Order, ordered, type Part, type Pivot, type PivotColumn, type PivotRow, ROWS_MAX, type ValueHead } from "./pivot";
import type { Shown } from "./useExplore";

interface TablePanelProps {
  shown: Shown;
  fields: Fields;
  isStale: boolean;
  onChange: (question: Question) => void;
}

export function TablePanel({ shown: { table, question, view }, fields, isStale, onChange }: TablePanelProps) {
  const [order, setOrder] = useState<Order>({ value: 0, column: ALL_COLUMNS, descending: true });
  const compared = view.before;
  const isByTime = question.rows[0] === "date";
  const effective: Order = isByTime && order.value === 0 && order.column === ALL_COLUMNS && order.descending ? { value: -1, column: ALL_COLUMNS, descending: false } : order;
  const rows = isByTime && effective.value < 0 ? byTime(table.rows, effective.descending) : ordered(table.rows, effective, table.values[effective.value]?.unit);
  const columns: readonly PivotColumn[] = table.columns.length === 0 ? [{ key: ALL_COLUMNS, parts: [] }] : [...sortedColumns(table), { key: ALL_COLUMNS, parts: [] }];
  const heads = columns.flatMap((column) => table.values.map((value, at): PivotHead => ({
    id: `${at} ${column.key}`,
    label: headLabel(value, fields),
    unit: unitMark(value.unit),
    ...(table.columns.length === 0 ? {} : { group: column.key === ALL_COLUMNS ? "All" : partLabel(column.parts[0], question.grain) }),
    parts: compared && table.columns.length === 0 ? [{ id: "now", label: "Now" }, { id: "before", label: "Before", isQuiet: true }, { id: "change", label: "Change" }] : [{ id: "now", label: "Now" }],
  })));
  const cells = (row: PivotRow) => columns.flatMap((column) => table.values.flatMap((value, at) => {
    const figure = row.figures.get(column.key)?.[at] ?? EMPTY;
    const words = `${nameOf(row, question)}, ${headLabel(value, fields)}`;
    const now = { shown: <FigureButton label={words} card={() => <CellCard row={row} column={column} value={value} figure={figure} table={table} question={question} fields={fields} view={view} onChange={onChange} />}>{written(figure.now, value.unit)}</FigureButton>, text: alone(figure.now, value.unit) };
    if (!compared || table.columns.length > 0) return [now];
    const change = changeOf(figure.now, figure.before, value.unit, fields.metric(value.id)?.good);
    return [now, { shown: written(figure.before, value.unit), text: alone(figure.before, value.unit) }, { shown: <Delta change={change} against={rangeText(compared)} />, text: change.text }];
  }));
  const made = (row: PivotRow): PivotCells => ({
    key: row.key,
    label: <RowName row={row} question={question} onOnly={(part) => onChange(only(question, part))} />,
    text: partLabel(row.parts.at(-1), question.grain),
    cells: cells(row),
    children: row.children.map(made),
  });
  const corner = question.rows.length === 0 ? "All" : question.rows.map((field) => fields.label(field)).join(" › ");
  const sort = effective.value < 0 ? { id: "", descending: effective.descending } : { id: `${effective.value} ${effective.column}`, descending: effective.descending };
  return (
    <Panel
      title={titleOf(question, fields)}
      sub={`${rangeText(view.range)}${compared ? `, against ${rangeText(compared)}` : ""}. Select a figure to see how it was made, a name to see only that.`}
      stale={isStale}
      flush
      footer={
        <>
          <span>{footnote(table, fields)}</span>
          {table.isTruncated ? <span>{`Only the first ${count(ROWS_MAX)} rows are shown; the totals hold for all of them.`}</span> : null}
          <span style={{ marginLeft: "auto" }}>{`${plural(table.rows.length, "row")} · Ctrl C copies the table`}</span>
        </>
      }
    >
      <PivotTable
        caption={titleOf(question, fields)}
        corner={corner}
        heads={heads}
        rows={rows.map(made)}
        total={{ key: "total", label: "Total", text: "Total", cells: cells(table.total), children: [] }}
        sort={sort}
        isOpen={table.rows.length <= 12}
        onSort={(id) => {
          const [value = "", column = ""] = id === "" ? ["-1", ""] : splitOnce(id);
          const next = { value: Number(value), column };
          const isSame = next.value === effective.value && next.column === effective.column;
          setOrder({ ...next, descending: isSame ? !effective.descending : next.value >= 0 });
        }}
      />
    </Panel>
  );
}

const EMPTY: Figure = { now: null, before: undefined };

function splitOnce(id: string): [string, string] {
  const at = id.indexOf(" ");
  return [id.slice(0, at), id.slice(at + 1)];
}

function byTime(rows: readonly PivotRow[], descending: boolean): PivotRow[] {
  const day = (row: PivotRow) => row.parts[0]?.key ?? "";
  return [...rows].sort((a, b) => day(a).localeCompare(day(b)) * (descending ? -1 : 1));
}

/** The largest first, by the first value; time in its own order. */
function sortedColumns(table: Pivot): PivotColumn[] {
  const first = table.values[0];
  const size = (column: PivotColumn) => Number(table.total.figures.get(column.key)?.[0]?.now ?? 0);
  return [...table.columns].sort((a, b) => (a.parts[0]?.field === "date" ? (a.parts[0].key ?? "").localeCompare(b.parts[0]?.key ?? "") : first ? size(b) - size(a) : 0));
}

export function headLabel(value: ValueHead, fields: Fields): string {
  const { key, model } = splitValue(value.id);
  const label = fields.metric(key)?.label ?? value.label;
  return model && isModel(model) ? `${label}, ${modelLabel(model).toLowerCase()}` : label;
}

export function titleOf(question: Question, fields: Fields): string {
  const values = question.values.map((value) => fields.label(value));
  const shown = [...new Set(values)];
  const named = shown.length > 3 ? `${shown.slice(0, 3).join(", ")} and ${shown.length - 3} more` : shown.join(", ");
  const by = [...question.rows, ...question.columns].map((field) => (field === "date" ? question.grain : fields.label(field).toLowerCase()));
  return by.length === 0 ? named : `${named} by ${by.join(" and ")}`;
}

function nameOf(row: PivotRow, question: Question): string {
  return row.parts.length === 0 ? "Total" : row.parts.map((part) => partLabel(part, question.grain)).join(", ");
}

function RowName({ row, question, onOnly }: { row: PivotRow; question: Question; onOnly: (part: Part) => void }) {
  const part = row.parts.at(-1);
  const label = partLabel(part, question.grain);
  if (!part || part.field === "date") return <span>{label}</span>;
  const name = <button type="button" className={styles.rowName} title={`Only ${label}`} onClick={() => onOnly(part)}>{label}</button>;
  return part.field === "channel" ? <Named colour={channelColour(part.key)} hatched={part.key === null}>{name}</Named> : name;
}

/** Ratios of the total are computed from its own components; what that means is said where there is one. */
function footnote(table: Pivot, fields: Fields): string {
  const computed = table.values.find((value) => value.unit.kind === "ratio" || value.unit.kind === "percent");
  return computed ? `The total of ${headLabel(computed, fields)} is computed from its parts, not averaged` : "Totals are answers of their own";
}
