/** Spend and credited revenue by channel, and what no touch explains. All parts together are the revenue, to the cent. */
import type { Frame } from "../../api/frame";
import { type Micros, sum } from "../../lib/decimal";
import type { Model } from "../../lib/models";

export interface ChannelFlow {
  /** Null: no touch inside the window. */
  channel: string | null;
  spend: Micros | null;
  revenue: Micros;
}

export function channelMetrics(model: Model): string[] {
  return ["spend", `attributed_revenue{${model}}`];
}

/** Channels by credited revenue, unattributed last. What the rows leave of `revenue` is unattributed. */
export function channelFlows(answer: Frame, revenue: Micros | null, model: Model): ChannelFlow[] {
  const named = answer.rows
    .filter((row) => row.text("channel") !== null)
    .map((row) => ({ channel: row.text("channel"), spend: row.money("spend"), revenue: row.money(`attributed_revenue{${model}}`) ?? 0n }))
    .filter((flow) => flow.revenue !== 0n || (flow.spend ?? 0n) !== 0n)
    .sort((a, b) => (b.revenue > a.revenue ? 1 : b.revenue < a.revenue ? -1 : 0));
  if (revenue === null) return named;
  const rest = revenue - sum(named.map((flow) => flow.revenue));
  return rest === 0n ? named : [...named, { channel: null, spend: null, revenue: rest }];
}
