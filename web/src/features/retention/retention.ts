/** The answer about retention as the page reads it. */
import type { Retention, RetentionRow } from "../../api/types";
import { cohortLabel } from "../../lib/months";
import type { Activity, CohortGrain } from "../../lib/search";
import { type NamedSource, named } from "../cohorts/sources";

export interface RetentionLine extends NamedSource {
  customers: number;
  repeatRate: number | null;
  churnRate: number | null;
  /** Share of customers by month since the first order; null is not known yet. */
  months: (number | null)[];
}

export interface RetentionTable {
  sources: RetentionLine[];
  cohorts: RetentionLine[];
  total: RetentionLine;
  steps: string[];
}

/** Month 0 is left out where it is the first order itself, which everybody has. */
export function retentionTable(answer: Retention, active: Activity, months: number): RetentionTable {
  const from = active === "ordered" ? 1 : 0;
  const line = (row: RetentionRow, name: NamedSource): RetentionLine => ({
    ...name,
    customers: row.customers, repeatRate: row.repeat_rate, churnRate: row.churn_rate,
    months: row.months.slice(from, months).map((month) => month?.[active] ?? null),
  });
  return {
    sources: answer.sources.map((row) => line(row, named(row.source, answer.by))),
    cohorts: answer.cohorts.map((row) => line(row, { key: row.cohort ?? "", label: cohortLabel(row.cohort ?? "", answer.grain as CohortGrain), colour: "var(--accent)", hatched: false })),
    total: line(answer.total, named(null, answer.by)),
    steps: answer.total.months.slice(from, months).map((_, month) => String(month + from)),
  };
}

/** Known sources with enough customers to be compared. */
export function comparable(table: RetentionTable): RetentionLine[] {
  const enough = Math.max(30, table.total.customers * 0.005);
  return table.sources.filter((row) => !row.hatched && row.key !== "rest" && row.customers >= enough);
}
