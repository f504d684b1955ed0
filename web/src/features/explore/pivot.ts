/** Answers of the API put together as the table that is shown. Every row, subtotal and total is an answer of its own, so that ratios are never added up. */
import type { Cell, ReportQuery, ResultTable, Unit } from "../../api/types";
import type { DateRange } from "../../lib/dates";
import { parseDecimal, toNumber } from "../../lib/decimal";
import { DATE, type Question, restrict, splitValue } from "../../lib/explore";

/** Asks for one level of the table: the values by some of its fields. */
export interface Level {
  fields: readonly string[];
  isPivoted: boolean;
}

/** Every level of the rows, each with and without the columns; the last with neither is the total. */
export function levelsOf(question: Question): Level[] {
  const rows = question.rows.map((_, depth) => question.rows.slice(0, depth + 1));
  const plain = rows.map((fields): Level => ({ fields, isPivoted: false }));
  const pivoted = question.columns.length === 0 ? [] : [...rows, []].map((fields): Level => ({ fields: [...fields, ...question.columns], isPivoted: true }));
  return [...plain, ...pivoted, { fields: [], isPivoted: false }];
}

export const ROWS_MAX = 2_000;

/** The question of a level. A metric that takes a model and names none gets the view's. */
export function ask(question: Question, fields: readonly string[], range: DateRange, takesModel: (key: string) => boolean, model: string): ReportQuery {
  return {
    metrics: question.values.map((value) => asked(value, takesModel, model)),
    dimensions: fields.filter((field) => field !== DATE),
    filters: question.conditions.map((condition) => ({ dimension: condition.field, operator: condition.operator, values: [...condition.values] })),
    from: range.from,
    to: range.to,
    grain: fields.includes(DATE) ? question.grain : "total",
    limit: ROWS_MAX,
  };
}

export function asked(value: string, takesModel: (key: string) => boolean, model: string): string {
  const { key, model: own } = splitValue(value);
  return own === null && takesModel(key) ? `${key}{${model}}` : value;
}

/** One value of a path: what the row or column is about. */
export interface Part {
  field: string;
  /** What tells it apart; null where there is none. */
  key: string | null;
  label: string | null;
}

/** A figure and what it was before. */
export interface Figure {
  now: Cell;
  before: Cell | undefined;
}

export interface PivotRow {
  key: string;
  parts: readonly Part[];
  /** By column (the empty key: all columns), a figure for each value. */
  figures: ReadonlyMap<string, readonly Figure[]>;
  children: PivotRow[];
}

export interface PivotColumn {
  key: string;
  parts: readonly Part[];
}

export interface ValueHead {
  id: string;
  label: string;
  unit: Unit;
}

export interface Pivot {
  values: readonly ValueHead[];
  columns: readonly PivotColumn[];
  rows: readonly PivotRow[];
  total: PivotRow;
  isTruncated: boolean;
}

export interface Answers {
  level: Level;
  now: ResultTable;
  before: ResultTable | null;
}

interface Read {
  parts: Part[];
  key: string;
  figures: Cell[];
}

export const ALL_COLUMNS = "";
const SEPARATOR = "\u001f";

/** What the rows of an answer are about in one field: told apart by its id or key where it has one, by its name otherwise. */
export function partsOf(table: ResultTable, field: string): (row: ResultTable["rows"][number]) => Part {
  const at = (id: string) => table.columns.findIndex((column) => column.id === id);
  const [name, id] = [at(field), Math.max(at(`${field}_id`), at(`${field}_key`))];
  return (row) => {
    const label = textOf(row[name]);
    const key = id >= 0 ? textOf(row[id]) : label;
    return { field, key, label: label ?? key };
  };
}

/** The question about one part only. */
export function only(question: Question, part: Part): Question {
  return part.key === null ? restrict(question, { field: part.field, operator: "is_null", values: [] }) : restrict(question, { field: part.field, operator: "is", values: [part.key] });
}

/** Rows of an answer: what each is about, in the order of `fields`, and its figures. */
function read(table: ResultTable, fields: readonly string[], firstDay: string): Read[] {
  const readers = fields.map((field) => partsOf(table, field));
  const metrics = table.columns.flatMap((column, index) => (column.role === "metric" ? [index] : []));
  return table.rows.map((row) => {
    const parts = readers.map((partOf) => partOf(row));
    return { parts, key: keyOf(parts, firstDay), figures: metrics.map((metric) => row[metric] ?? null) };
  });
}

/** Steps of time are compared by how far they are from the first day, everything else by what it is. */
function keyOf(parts: readonly Part[], firstDay: string): string {
  return parts.map((part) => (part.field === DATE && part.key !== null ? String(daysBetween(firstDay, part.key)) : (part.key ?? "\u0000"))).join(SEPARATOR);
}

function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000 * 96) / 96;
}

function textOf(cell: Cell | undefined): string | null {
  return cell === null || cell === undefined ? null : String(cell);
}

/** Puts the answers together; `depths` is the number of fields in the rows. Rows without a figure now are there for what they were before. */
export function pivot(question: Question, answers: readonly Answers[], firstDay: string, firstDayBefore: string): Pivot | null {
  const whole = answers.find((answer) => answer.level.fields.length === 0);
  if (!whole) return null;
  const values = whole.now.columns.filter((column) => column.role === "metric").map(({ id, label, unit }): ValueHead => ({ id, label, unit }));
  const depthOf = (level: Level) => level.fields.length - (level.isPivoted ? question.columns.length : 0);
  const rows = new Map<string, { row: PivotRow; figures: Map<string, Figure[]> }>();
  const columns = new Map<string, PivotColumn>();
  const find = (parts: readonly Part[], firstOf: string) => {
    const key = keyOf(parts, firstOf);
    const known = rows.get(key);
    if (known) return known;
    const figures = new Map<string, Figure[]>();
    const made = { row: { key, parts, figures, children: [] }, figures };
    rows.set(key, made);
    return made;
  };
  for (const { level, now, before } of answers) {
    const depth = depthOf(level);
    for (const [table, isNow, first] of [[now, true, firstDay], [before, false, firstDayBefore]] as const) {
      if (!table) continue;
      for (const line of level.fields.length === 0 ? [{ parts: [], key: "", figures: totalsOf(table) }] : read(table, level.fields, first)) {
        const [own, across] = [line.parts.slice(0, depth), line.parts.slice(depth)];
        const columnKey = keyOf(across, first);
        if (level.isPivoted && isNow && !columns.has(columnKey)) columns.set(columnKey, { key: columnKey, parts: across });
        const place = find(own, first).figures;
        const figures = place.get(columnKey) ?? line.figures.map((): Figure => ({ now: null, before: undefined }));
        place.set(columnKey, figures.map((figure, index) => (isNow ? { ...figure, now: line.figures[index] ?? null } : { ...figure, before: line.figures[index] ?? null })));
      }
    }
  }
  const all = [...rows.values()].map(({ row }) => row);
  for (const row of all) {
    if (row.parts.length < 2) continue;
    rows.get(row.key.split(SEPARATOR).slice(0, -1).join(SEPARATOR))?.row.children.push(row);
  }
  const total = all.find((row) => row.parts.length === 0);
  if (!total) return null;
  return {
    values,
    columns: [...columns.values()],
    rows: all.filter((row) => row.parts.length === 1),
    total,
    isTruncated: answers.some((answer) => answer.now.meta.is_truncated),
  };
}

function totalsOf(table: ResultTable): Cell[] {
  return table.columns.flatMap((column, index) => (column.role === "metric" ? [table.totals[index] ?? null] : []));
}

/** A figure as a plain number, for order, lengths and change. */
export function numberOf(cell: Cell | undefined, unit: Unit): number | null {
  if (cell === null || cell === undefined || typeof cell === "boolean") return null;
  if (typeof cell === "number") return cell;
  if (unit.kind === "money") return toNumber(parseDecimal(cell));
  const number = Number(cell);
  return Number.isFinite(number) ? number : null;
}

export interface Order {
  /** Index of the value, or -1: by name. */
  value: number;
  column: string;
  descending: boolean;
}

/** Rows in order on every level; what has no figure comes last both ways. */
export function ordered(rows: readonly PivotRow[], order: Order, unit: Unit | undefined): PivotRow[] {
  const figure = (row: PivotRow) => (unit ? numberOf(row.figures.get(order.column)?.[order.value]?.now, unit) : null);
  const sorted = [...rows].sort((left, right) => {
    const [a, b] = [figure(left), figure(right)];
    if (order.value < 0 || a === b) return labelOf(left).localeCompare(labelOf(right), "en-GB", { numeric: true }) * (order.value < 0 && order.descending ? -1 : 1);
    if (a === null) return 1;
    if (b === null) return -1;
    return order.descending ? b - a : a - b;
  });
  return sorted.map((row) => ({ ...row, children: ordered(row.children, order, unit) }));
}

export function labelOf(row: PivotRow): string {
  return row.parts.at(-1)?.label ?? "";
}
