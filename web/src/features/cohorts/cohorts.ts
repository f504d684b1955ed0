/** The cohorts' answer as the page reads it. Money stays exact; only lengths, shades and multiples are floats. */
import type { CohortRow, Cohorts } from "../../api/types";
import { divide, type Micros, parseDecimal, toNumber } from "../../lib/decimal";
import { cohortLabel } from "../../lib/months";
import type { CohortGrain } from "../../lib/search";
import { type NamedSource, named } from "./sources";

export interface CohortLine extends NamedSource {
  customers: number;
  revenue: Micros;
  spend: Micros | null;
  cac: Micros | null;
  ltv: Micros | null;
  /** By month since the first order; null is not known yet. */
  months: (Micros | null)[];
  payback: number | null;
  /** Revenue of the next twelve months on average, predicted. */
  next: Micros | null;
  /** To date and of the next twelve months, predicted. */
  predicted: Micros | null;
}

export interface CohortTable {
  sources: CohortLine[];
  cohorts: CohortLine[];
  total: CohortLine;
  /** "0", "1" …: months that some cohort is old enough for. */
  steps: string[];
}

const decimal = (text: string | null): Micros | null => (text === null ? null : parseDecimal(text));

function line(row: CohortRow, name: NamedSource): CohortLine {
  return {
    ...name,
    customers: row.customers, revenue: parseDecimal(row.revenue), spend: decimal(row.spend), cac: decimal(row.cac), ltv: decimal(row.ltv),
    months: row.months.map((month) => (month === null ? null : parseDecimal(month.ltv))),
    payback: row.payback_month,
    next: decimal(row.predicted?.next_12_months ?? null), predicted: decimal(row.predicted?.ltv ?? null),
  };
}

export function cohortTable(answer: Cohorts, months: number): CohortTable {
  const grain = answer.grain as CohortGrain;
  const short = (row: CohortRow, name: NamedSource) => { const made = line(row, name); return { ...made, months: made.months.slice(0, months) }; };
  return {
    sources: answer.sources.map((row) => short(row, named(row.source, answer.by))),
    cohorts: answer.cohorts.map((row) => short(row, { key: row.cohort ?? "", label: cohortLabel(row.cohort ?? "", grain), colour: "var(--accent)", hatched: false })),
    total: short(answer.total, named(null, answer.by)),
    steps: answer.total.months.slice(0, months).map((_, month) => String(month)),
  };
}

/** Revenue per customer as a multiple of what a customer cost, by month; empty where the cost is not known or nothing. */
export function payback(row: CohortLine): (number | null)[] {
  if (row.cac === null || row.cac === 0n) return [];
  return row.months.map((ltv) => divide(ltv, row.cac));
}

/** Rows that are compared by name: known sources with enough customers to say something. */
export function comparable(table: CohortTable): CohortLine[] {
  const enough = Math.max(30, table.total.customers * 0.005);
  return table.sources.filter((row) => !row.hatched && row.key !== "rest" && row.customers >= enough);
}

/** The last month that every row knows. */
export function lastCommon(rows: readonly CohortLine[]): number | null {
  const last = Math.min(...rows.map((row) => row.months.findLastIndex((month) => month !== null)));
  return Number.isFinite(last) && last >= 0 ? last : null;
}

export function ltvAt(row: CohortLine, month: number): number {
  const ltv = row.months[month];
  return ltv === null || ltv === undefined ? 0 : toNumber(ltv);
}
