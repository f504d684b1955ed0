/** What the cohorts say, as sentences that follow from the table alone. */
import { divide } from "../../lib/decimal";
import { count, fixed, money, plural } from "../../lib/format";
import type { Sentence } from "../../ui/Sentences";
import { comparable, type CohortTable, lastCommon, ltvAt } from "./cohorts";

export function months(month: number): string {
  return month === 0 ? "the first month" : `${month + 1} months`;
}

export function cohortsTitle(table: CohortTable, currency: string): string {
  const rows = comparable(table);
  const month = lastCommon(rows);
  if (table.total.customers === 0) return "No customers yet";
  if (rows.length < 2 || month === null) return `A customer is worth ${money(table.total.ltv, currency)} so far`;
  const best = [...rows].sort((a, b) => ltvAt(b, month) - ltvAt(a, month))[0];
  if (!best) return "Cohorts";
  return `Customers won by ${best.label} are worth most: ${money(best.months[month] ?? null, currency)} after ${months(month)}`;
}

export function cohortSentences(table: CohortTable, currency: string): Sentence[] {
  return [worth(table, currency), paidBack(table, currency), open(table, currency), prediction(table, currency)].filter((sentence) => sentence !== null);
}

function worth(table: CohortTable, currency: string): Sentence | null {
  const rows = comparable(table);
  const month = lastCommon(rows);
  if (rows.length < 2 || month === null) return null;
  const sorted = [...rows].sort((a, b) => ltvAt(b, month) - ltvAt(a, month));
  const [best, worst] = [sorted[0], sorted.at(-1)];
  if (!best || !worst || ltvAt(worst, month) <= 0) return null;
  return {
    key: "worth", icon: "person", finding: `A customer won by ${best.label} brings ${fixed(ltvAt(best, month) / ltvAt(worst, month), 2)} times one won by ${worst.label}`,
    cause: `in ${months(month)}.`,
    proof: `${money(best.months[month] ?? null, currency, "minor")} against ${money(worst.months[month] ?? null, currency, "minor")}`,
  };
}

function paidBack(table: CohortTable, currency: string): Sentence | null {
  const paid = comparable(table).filter((row) => (row.cac ?? 0n) > 0n && row.payback !== null).sort((a, b) => (a.payback ?? 0) - (b.payback ?? 0) || (divide(b.months[0] ?? null, b.cac) ?? 0) - (divide(a.months[0] ?? null, a.cac) ?? 0));
  const first = paid[0];
  if (!first) return null;
  return {
    key: "paid", icon: "check", finding: `${first.label} pays back fastest:`,
    cause: first.payback === 0 ? "its customers bring what they cost in the first month." : `its customers bring what they cost within ${months(first.payback ?? 0)}.`,
    proof: `${money(first.cac, currency, "minor")} a customer, ${money(first.months[0] ?? null, currency, "minor")} in the first month. Revenue, not margin`,
  };
}

function open(table: CohortTable, currency: string): Sentence | null {
  const rows = comparable(table).filter((row) => (row.cac ?? 0n) > 0n && row.payback === null && row.months.some((month) => month !== null));
  const row = rows.sort((a, b) => (divide(b.cac, b.ltv) ?? 0) - (divide(a.cac, a.ltv) ?? 0))[0];
  if (!row) return null;
  return {
    key: "open", icon: "warn", finding: `${row.label} has not paid back.`,
    cause: `A customer costs ${money(row.cac, currency, "minor")} and has brought ${money(row.ltv, currency, "minor")} to date.`,
    proof: row.predicted === null ? `${plural(row.customers, "customer")}` : `With the next twelve months predicted: ${money(row.predicted, currency, "minor")}, from ${count(row.customers)} customers`,
  };
}

function prediction(table: CohortTable, currency: string): Sentence | null {
  if (table.total.next === null) return null;
  return {
    key: "prediction", icon: "chart", finding: `Predicted: ${money(table.total.next, currency, "minor")} more a customer in the next twelve months.`,
    cause: "An estimate from how often and how recently customers bought, not a figure of your books.",
    proof: "BG/NBD for purchases, Gamma-Gamma for their value",
  };
}

