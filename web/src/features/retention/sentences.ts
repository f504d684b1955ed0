/** What retention says, as sentences that follow from the table alone. */
import { count, percent } from "../../lib/format";
import type { Sentence } from "../../ui/Sentences";
import { comparable, type RetentionTable } from "./retention";

export function retentionTitle(table: RetentionTable): string {
  if (table.total.repeatRate === null) return "No customers yet";
  return `${percent(table.total.repeatRate)} of customers have ordered again`;
}

export function retentionSentences(table: RetentionTable, quietDays: number): Sentence[] {
  return [repeat(table), churn(table, quietDays), fade(table)].filter((sentence) => sentence !== null);
}

function repeat(table: RetentionTable): Sentence | null {
  const rows = comparable(table).filter((row) => row.repeatRate !== null).sort((a, b) => (b.repeatRate ?? 0) - (a.repeatRate ?? 0));
  const [best, worst] = [rows[0], rows.at(-1)];
  if (!best || !worst || best === worst) return null;
  return {
    key: "repeat", icon: "refund", finding: `Customers won by ${best.label} come back most often:`,
    cause: `${percent(best.repeatRate)} have at least two orders.`,
    proof: `${worst.label} least often, ${percent(worst.repeatRate)}. All customers, whatever their age`,
  };
}

function churn(table: RetentionTable, quietDays: number): Sentence | null {
  if (table.total.churnRate === null) return null;
  return {
    key: "churn", icon: "warn", finding: `${percent(table.total.churnRate)} have gone quiet:`,
    cause: `no order in the last ${count(quietDays)} days.`,
    proof: `Of customers whose first order is at least ${count(quietDays)} days old`,
  };
}

function fade(table: RetentionTable): Sentence | null {
  const known = table.total.months.flatMap((share, at) => (share === null ? [] : [{ share, month: table.steps[at] ?? "" }]));
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last || first === last) return null;
  return {
    key: "fade", icon: "fall", finding: `From ${percent(first.share)} in month ${first.month} to ${percent(last.share)} in month ${last.month}`,
    cause: "since the first order.",
    proof: "Each month counts the cohorts that are old enough for it",
  };
}
