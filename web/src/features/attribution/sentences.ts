/** What the models' disagreement says, as sentences that follow from the table alone. */
import { divide, type Micros, toNumber } from "../../lib/decimal";
import { fixed, money, percent } from "../../lib/format";
import { type Model, modelLabel } from "../../lib/models";
import type { Sentence } from "../../ui/Sentences";
import { type CreditRow, creditOf, type CreditTable } from "./credit";

/** Rows below this share of revenue are too small to be named. */
const SMALL = 0.02;

const first = (row: CreditRow) => creditOf(row, "first_touch").revenue;
const last = (row: CreditRow) => creditOf(row, "last_touch").revenue;

export function attributionTitle(table: CreditTable): string {
  const lead = table.rows.filter((row) => row.isNamed).map((row) => ({ row, lean: toNumber(first(row) - last(row)) })).sort((a, b) => b.lean - a.lean);
  const [opener, closer] = [lead[0], lead.at(-1)];
  if (!opener || !closer || opener.lean <= 0 || closer.lean >= 0) return table.rows.length === 0 ? "No credit in this period" : "First touch and last touch agree";
  return `First touch favours ${opener.row.label}, last touch favours ${closer.row.label}`;
}

export function attributionSentences(table: CreditTable, model: Model, windowDays: number, currency: string): Sentence[] {
  const total = table.totals.get(model)?.revenue ?? 0n;
  const large = table.rows.filter((row) => row.isNamed && (divide(first(row) > last(row) ? first(row) : last(row), total) ?? 0) >= SMALL);
  return [opener(large, currency), closer(large, currency), claim(table.rows, model, currency), coverage(table, total, windowDays, currency)].filter((sentence) => sentence !== null);
}

function times(a: Micros, b: Micros): number {
  return divide(a, b) ?? Infinity;
}

function opener(rows: readonly CreditRow[], currency: string): Sentence | null {
  const row = [...rows].sort((a, b) => times(first(b), last(b)) - times(first(a), last(a)))[0];
  if (!row || times(first(row), last(row)) < 1.2) return null;
  return {
    key: "opener", icon: "flag", finding: `${row.label} opens journeys more often than it closes them.`,
    cause: last(row) === 0n ? "Last touch credits it with nothing." : `First touch credits it with ${fixed(times(first(row), last(row)), 1)} times what last touch does.`,
    proof: `${money(first(row), currency)} as first touch, ${money(last(row), currency)} as last`,
  };
}

function closer(rows: readonly CreditRow[], currency: string): Sentence | null {
  const row = [...rows].sort((a, b) => times(last(b), first(b)) - times(last(a), first(a)))[0];
  if (!row || times(last(row), first(row)) < 1.2) return null;
  return {
    key: "closer", icon: "order", finding: `${row.label} closes journeys that others opened.`,
    cause: first(row) === 0n ? "First touch credits it with nothing." : `Last touch credits it with ${fixed(times(last(row), first(row)), 1)} times what first touch does.`,
    proof: `${money(last(row), currency)} as last touch, ${money(first(row), currency)} as first`,
  };
}

function claim(rows: readonly CreditRow[], model: Model, currency: string): Sentence | null {
  const found = rows
    .flatMap((row) => (row.platformRevenue === null ? [] : [{ row, claimed: row.platformRevenue, over: row.platformRevenue - creditOf(row, model).revenue }]))
    .sort((a, b) => toNumber(b.over) - toNumber(a.over))[0];
  if (!found || found.over <= 0n) return null;
  return {
    key: "claim", icon: "warn", finding: `${found.row.label} claims ${money(found.over, currency)} more`,
    cause: `than the ${modelLabel(model).toLowerCase()} model credits it with.`,
    proof: `${money(found.claimed, currency)} claimed, ${money(creditOf(found.row, model).revenue, currency)} credited. Platforms claim the same orders.`,
  };
}

function coverage(table: CreditTable, total: Micros, windowDays: number, currency: string): Sentence | null {
  if (total === 0n) return null;
  const rest = table.unattributed ? creditOf(table.unattributed, "linear").revenue : 0n;
  return {
    key: "coverage", icon: "check", finding: `${percent(1 - (divide(rest, total) ?? 0))} of revenue has a touch`,
    cause: `in the ${windowDays} ${windowDays === 1 ? "day" : "days"} before the order.`,
    proof: rest === 0n ? "Nothing is unattributed" : `${money(rest, currency)} stays unattributed, under every model`,
  };
}
