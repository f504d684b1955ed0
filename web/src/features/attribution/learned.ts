/** Models that learn from all paths, with the chosen rule beside them. */
import type { Frame } from "../../api/frame";
import { channelLabel } from "../../lib/channels";
import { type Micros, toNumber } from "../../lib/decimal";
import type { Model } from "../../lib/models";

export const LEARNED = [
  { key: "markov", label: "Markov", rule: "What share of orders would be lost without the channel, in the chain that the paths make." },
  { key: "shapley", label: "Shapley", rule: "Each order shared equally among the different channels on its path." },
  { key: "leave_one_out", label: "Leave one out", rule: "How much less often a path converts without the step." },
] as const;

export type LearnedModel = (typeof LEARNED)[number]["key"];

export interface Estimate {
  revenue: Micros;
  low: Micros | null;
  high: Micros | null;
}

export interface LearnedRow {
  key: string;
  label: string;
  channel: string | null;
  estimates: ReadonlyMap<string, Estimate>;
  /** Share of orders that are lost without the channel; null for rules. */
  removalEffect: number | null;
}

const NONE: Estimate = { revenue: 0n, low: null, high: null };

export const estimateOf = (row: LearnedRow, model: string): Estimate => row.estimates.get(model) ?? NONE;

/** Rows by the first learned model, unattributed apart. */
export function learnedTable(answer: Frame, chosen: Model): { rows: LearnedRow[]; unattributed: LearnedRow | null } {
  const rows = new Map<string, LearnedRow & { estimates: Map<string, Estimate> }>();
  for (const read of answer.rows) {
    const model = read.text("model") ?? "";
    const isUnattributed = read.text("is_unattributed") === "true";
    const channel = read.text("channel");
    const key = isUnattributed ? "unattributed" : (channel ?? "");
    const row = rows.get(key) ?? { key, label: channel === null && !isUnattributed ? "No channel" : channelLabel(channel), channel: isUnattributed ? null : (channel ?? ""), estimates: new Map<string, Estimate>(), removalEffect: null };
    row.estimates.set(model, { revenue: read.money("revenue") ?? 0n, low: read.money("revenue_low"), high: read.money("revenue_high") });
    if (model === "markov") row.removalEffect = read.number("removal_effect");
    rows.set(key, row);
  }
  const by = (row: LearnedRow) => toNumber(estimateOf(row, "markov").revenue) + toNumber(estimateOf(row, chosen).revenue) / 1e9;
  const named = [...rows.values()].filter((row) => row.key !== "unattributed").sort((a, b) => by(b) - by(a));
  return { rows: named, unattributed: rows.get("unattributed") ?? null };
}

/** The end of a column's scale: the highest of all its intervals. */
export function mostOf(rows: readonly LearnedRow[], models: readonly string[]): number {
  return Math.max(0, ...rows.flatMap((row) => models.map((model) => toNumber(estimateOf(row, model).high ?? estimateOf(row, model).revenue))));
}
