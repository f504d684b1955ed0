/** The steps of a funnel as figures, and what the page says of them. */
import type { Cell, FunnelFigures, FunnelRow, FunnelStep, MarketingFunnel } from "../../api/types";
import { channelLabel } from "../../lib/channels";
import { type Change, pointChange, relativeChange } from "../../lib/change";
import { type Micros, parseDecimal, toNumber } from "../../lib/decimal";
import { count, money, percent, points } from "../../lib/format";
import type { Split } from "../../lib/search";

export const STEP_LABELS: Record<FunnelStep, string> = { impressions: "Impressions", clicks: "Clicks", visits: "Visits", leads: "Leads", orders: "Orders", revenue: "Revenue" };
export const STEP_SOURCES: Record<FunnelStep, string> = {
  impressions: "as platforms report", clicks: "as platforms report", visits: "recorded by you", leads: "recorded, credited", orders: "recorded, credited", revenue: "orders minus refunds",
};
/** How the rate of a step is read. */
export const RATE_WORDS: Record<FunnelStep, string> = {
  impressions: "", clicks: "of impressions", visits: "per platform click", leads: "of visits", orders: "of visits", revenue: "an order",
};

export function step(row: FunnelRow, name: FunnelStep): FunnelFigures | null {
  return row.steps.find((figures) => figures.step === name) ?? null;
}

/** Counts are numbers, money is exact text. */
export function numberOf(cell: Cell): number | null {
  if (typeof cell === "number") return cell;
  if (typeof cell === "string") return toNumber(parseDecimal(cell));
  return null;
}

function micros(cell: Cell): Micros | null {
  return typeof cell === "string" ? parseDecimal(cell) : null;
}

export function valueText(figures: FunnelFigures, currency: string): string {
  return figures.step === "revenue" ? money(micros(figures.value), currency) : count(numberOf(figures.value));
}

export function rateText(figures: FunnelFigures, currency: string): string {
  return figures.step === "revenue" ? money(micros(figures.rate), currency, "minor") : percent(numberOf(figures.rate));
}

export function valueChange(figures: FunnelFigures): Change {
  return relativeChange(numberOf(figures.value), numberOf(figures.compared_value), figures.step === "impressions" || figures.step === "clicks" ? "neutral" : "up_is_good");
}

export function rateChange(figures: FunnelFigures): Change {
  const [now, before] = [numberOf(figures.rate), numberOf(figures.compared_rate)];
  // Visits by platform clicks says how much of the traffic is followed, which is neither good nor bad.
  if (figures.step === "visits") return pointChange(now, before, "neutral");
  return figures.step === "revenue" ? relativeChange(now, before, "up_is_good") : pointChange(now, before, "up_is_good");
}

export function rowLabel(row: FunnelRow, split: Split): string {
  const name = row.name ?? row.key;
  if (name === null) return "No touch, or not stated";
  return split === "channel" ? channelLabel(name) : name;
}

/** The finding of the page. */
export function funnelTitle(funnel: MarketingFunnel): string {
  const orders = step(funnel.total, "orders");
  const [now, before] = orders ? [numberOf(orders.rate), numberOf(orders.compared_rate)] : [null, null];
  if (now === null) return "From impression to revenue";
  const share = `${percent(now)} of visits become an order`;
  if (before === null) return share;
  const difference = now - before;
  const moved = points(Math.abs(difference)).replace("+", "");
  return /[1-9]/.test(moved) ? `${share}, ${moved} ${difference > 0 ? "more" : "less"} than before` : `${share}, as before`;
}

export interface Leak {
  name: string;
  now: number;
  before: number;
}

/** Of rows with enough visits both times, the largest fall in orders a visit, weighed by visits. */
export function largestFall(funnel: MarketingFunnel, split: Split): Leak | null {
  const falls = funnel.rows.flatMap((row) => {
    const [orders, visits] = [step(row, "orders"), step(row, "visits")];
    const [now, before, seen] = [orders && numberOf(orders.rate), orders && numberOf(orders.compared_rate), visits && numberOf(visits.value)];
    if (row.key === null || now === null || before === null || seen === null || seen < ENOUGH || now >= before) return [];
    return [{ name: rowLabel(row, split), now, before, lost: (before - now) * seen }];
  });
  return [...falls].sort((a, b) => b.lost - a.lost)[0] ?? null;
}

/** Under so many visits a rate is chance. */
const ENOUGH = 100;

