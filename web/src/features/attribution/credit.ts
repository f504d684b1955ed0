/** Credit of every model side by side. Each column is added up from its rows, so that what is shown is what is summed. */
import type { Frame } from "../../api/frame";
import { channelLabel } from "../../lib/channels";
import { divide, type Micros, sum, toNumber } from "../../lib/decimal";
import { isModel, type Model, MODELS } from "../../lib/models";
import type { Breakdown, Shown } from "../../lib/search";

export interface Amount {
  revenue: Micros;
  orders: number;
}

export interface CreditRow {
  key: string;
  label: string;
  /** False for what a breakdown leaves over, such as a channel's touches without a campaign. */
  isNamed: boolean;
  /** Null: no touch inside the window. Empty: a touch without a channel. */
  channel: string | null;
  spend: Micros | null;
  /** What the platform itself claims; never added up, since platforms claim the same orders. */
  platformRevenue: Micros | null;
  platformOrders: number | null;
  credit: ReadonlyMap<Model, Amount>;
}

export interface CreditTable {
  rows: CreditRow[];
  unattributed: CreditRow | null;
  totals: ReadonlyMap<Model, Amount>;
  spend: Micros;
}

const NOTHING: Amount = { revenue: 0n, orders: 0 };

export function creditOf(row: CreditRow, model: Model): Amount {
  return row.credit.get(model) ?? NOTHING;
}

/** `credits` is the calculation, `costs` the spend and the platforms' claims on the same days. */
export function creditTable(credits: Frame, costs: Frame | null, by: Breakdown): CreditTable {
  const rows = new Map<string, CreditRow & { credit: Map<Model, Amount> }>();
  const find = (read: { text: (column: string) => string | null }, frame: Frame) => {
    const channel = read.text("channel");
    const campaign = by === "campaign" ? campaignOf(read, frame) : null;
    const isUnattributed = frame.has("is_unattributed") && read.text("is_unattributed") === "true";
    const key = isUnattributed ? "unattributed" : `${channel ?? ""}|${campaign?.id ?? ""}`;
    const known = rows.get(key);
    if (known) return known;
    const named = channel === null && !isUnattributed ? "No channel" : channelLabel(channel);
    const label = by === "channel" || isUnattributed ? named : (campaign?.name ?? `${named}, no campaign`);
    const made = { key, label, isNamed: by === "channel" ? channel !== null : campaign !== null, channel: isUnattributed ? null : (channel ?? ""), spend: null, platformRevenue: null, platformOrders: null, credit: new Map<Model, Amount>() };
    rows.set(key, made);
    return made;
  };
  for (const read of credits.rows) {
    const model = read.text("model");
    if (!isModel(model)) continue;
    const row = find(read, credits);
    const before = row.credit.get(model) ?? NOTHING;
    row.credit.set(model, { revenue: before.revenue + (read.money("revenue") ?? 0n), orders: before.orders + (read.number("conversions") ?? 0) });
  }
  for (const read of costs?.rows ?? []) {
    if (costs === null || read.text("channel") === null) continue;
    const [spend, revenue, orders] = [read.money("spend"), read.money("platform_revenue"), read.number("platform_conversions")];
    if ((spend ?? 0n) === 0n && (revenue ?? 0n) === 0n) continue;
    const row = find(read, costs);
    row.spend = spend;
    row.platformRevenue = revenue;
    row.platformOrders = orders;
  }
  const all = [...rows.values()];
  const totals = new Map(MODELS.map((model) => [model.key, {
    revenue: sum(all.map((row) => creditOf(row, model.key).revenue)),
    orders: all.reduce((total, row) => total + creditOf(row, model.key).orders, 0),
  }]));
  const named = all.filter((row) => row.key !== "unattributed");
  return { rows: named, unattributed: rows.get("unattributed") ?? null, totals, spend: sum(named.map((row) => row.spend)) };
}

function campaignOf(read: { text: (column: string) => string | null }, frame: Frame): { id: string; name: string } | null {
  const id = frame.has("campaign_id") ? read.text("campaign_id") : read.text("campaign");
  if (id === null) return null;
  return { id, name: (frame.has("campaign") ? read.text("campaign") : null) ?? id };
}

/** The figure of one cell as a plain number; for revenue only lengths and order are read from it. */
export function shownValue(row: CreditRow, model: Model, shown: Shown, table: CreditTable): number | null {
  const credit = creditOf(row, model);
  switch (shown) {
    case "revenue":
      return toNumber(credit.revenue);
    case "orders":
      return credit.orders;
    case "share":
      return divide(credit.revenue, table.totals.get(model)?.revenue ?? 0n);
    case "roas":
      return row.spend === null || row.spend === 0n ? null : divide(credit.revenue, row.spend);
  }
}

/** True when all models hand out the same money: the promise of the page, checked on every answer. */
export function addsUp(table: CreditTable): boolean {
  const revenues = new Set([...table.totals.values()].map((total) => total.revenue));
  return revenues.size <= 1;
}
