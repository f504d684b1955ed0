/** Campaigns by how far their credited revenue moved. */
import type { Frame } from "../../api/frame";
import { divide, type Micros, toNumber } from "../../lib/decimal";
import type { Model } from "../../lib/models";

interface Result {
  spend: Micros | null;
  revenue: Micros | null;
  roas: number | null;
}

export interface Mover extends Result {
  id: string;
  name: string;
  channel: string | null;
  before: Result | null;
  /** Credited revenue now less before. */
  shift: Micros;
}

export function campaignMetrics(model: Model): string[] {
  return ["spend", `attributed_revenue{${model}}`];
}

export function movers(now: Frame, before: Frame | null, model: Model): Mover[] {
  const old = new Map((before?.rows ?? []).map((row) => [row.text("campaign_id"), row]));
  const seen = new Set<string>();
  const metric = `attributed_revenue{${model}}`;
  const found: Mover[] = [];
  for (const row of [...now.rows, ...(before?.rows ?? [])]) {
    const id = row.text("campaign_id");
    if (id === null || seen.has(id)) continue;
    const isCurrent = now.rows.includes(row);
    const was = old.get(id);
    seen.add(id);
    const result = isCurrent ? read(row, metric) : { spend: null, revenue: null, roas: null };
    const earlier = was ? read(was, metric) : null;
    found.push({ id, name: row.text("campaign") ?? id, channel: row.text("channel"), ...result, before: earlier, shift: (result.revenue ?? 0n) - (earlier?.revenue ?? 0n) });
  }
  return found.sort((a, b) => Math.abs(toNumber(b.shift)) - Math.abs(toNumber(a.shift)));
}

function read(row: { money: (column: string) => Micros | null }, metric: string): Result {
  const [spend, revenue] = [row.money("spend"), row.money(metric)];
  return { spend, revenue, roas: divide(revenue, spend) };
}
