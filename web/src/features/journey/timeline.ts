/** A customer's journey as the page shows it: what happened, and for each order which touch earned how much under each model. */
import type { CustomerJourney, JourneyEvent, NotCredited } from "../../api/types";
import { type Micros, parseDecimal, settle, sum } from "../../lib/decimal";
import { minorDigits } from "../../lib/format";
import { isModel, type Model, MODELS } from "../../lib/models";

export interface Share {
  weight: number;
  /** Of the order and its refunds together. */
  revenue: Micros;
}

export interface TouchCredit {
  touch: JourneyEvent;
  /** From 1 in order of time, within the order. */
  place: number;
  shares: ReadonlyMap<Model, Share>;
}

export interface Sale {
  id: string;
  event: JourneyEvent;
  gross: Micros;
  refunded: Micros;
  /** Eligible touches in order of time; empty where the sale is unattributed. */
  touches: TouchCredit[];
  unattributed: boolean;
  /** Why other touches are not credited, by touch. */
  notCredited: ReadonlyMap<string, string>;
}

export interface Timeline {
  events: JourneyEvent[];
  /** Oldest first. */
  sales: Sale[];
}

interface Draft {
  shares: Map<string, Map<Model, Share>>;
  unattributed: boolean;
}

export function timeline(journey: CustomerJourney): Timeline {
  const byId = new Map(journey.timeline.map((event) => [event.id, event]));
  const drafts = new Map<string, Draft>();
  for (const credit of journey.credits) {
    const draft = drafts.get(credit.conversion_id) ?? { shares: new Map<string, Map<Model, Share>>(), unattributed: false };
    drafts.set(credit.conversion_id, draft);
    if (credit.touch_id === null) {
      draft.unattributed = true;
      continue;
    }
    const shares = draft.shares.get(credit.touch_id) ?? new Map<Model, Share>();
    draft.shares.set(credit.touch_id, shares);
    if (!isModel(credit.model)) continue;
    const before = shares.get(credit.model);
    shares.set(credit.model, { weight: credit.weight, revenue: (before?.revenue ?? 0n) + parseDecimal(credit.revenue) });
  }
  const sales: Sale[] = [];
  for (const event of journey.timeline) {
    const draft = drafts.get(event.id);
    if (!draft || (event.kind !== "order" && event.kind !== "conversion")) continue;
    const touches = [...draft.shares].flatMap(([id, shares]) => {
      const touch = byId.get(id);
      return touch ? [{ touch, shares }] : [];
    });
    touches.sort((a, b) => journey.timeline.indexOf(a.touch) - journey.timeline.indexOf(b.touch));
    toMinorUnits(touches, journey.currency);
    sales.push({
      id: event.id,
      event,
      gross: event.revenue === null ? 0n : parseDecimal(event.revenue),
      refunded: sum(refundsOf(event, journey.timeline).map((refund) => (refund.refund === null ? null : parseDecimal(refund.refund)))),
      touches: touches.map((touch, index) => ({ ...touch, place: index + 1 })),
      unattributed: draft.unattributed && touches.length === 0,
      notCredited: new Map(journey.not_credited.filter((pair) => pair.conversion_id === event.id).map((pair) => [pair.touch_id, pair.reason])),
    });
  }
  return { events: journey.timeline, sales };
}

/** Credit is exact beyond the cent; one order is read in cents, and its touches must still add up to it under every model. */
function toMinorUnits(touches: readonly { shares: Map<Model, Share> }[], currency: string): void {
  const unit = 10n ** BigInt(6 - minorDigits(currency));
  for (const { key } of MODELS) {
    const shares = touches.flatMap((touch) => touch.shares.get(key) ?? []);
    const revenues = settle(shares.map((share) => share.revenue), unit);
    shares.forEach((share, at) => {
      share.revenue = revenues[at] ?? share.revenue;
    });
  }
}

/** Refunds name the order that they take from. */
export function refundsOf(order: JourneyEvent, events: readonly JourneyEvent[]): JourneyEvent[] {
  return events.filter((event) => event.kind === "refund" && event.conversion_id === order.id);
}

export function net(sale: Sale): Micros {
  return sale.gross - sale.refunded;
}

/** The sale that the link names, else the newest one with credit, else the newest. */
export function chosenSale(sales: readonly Sale[], wanted: string | null): Sale | null {
  const newest = [...sales].reverse();
  return newest.find((sale) => sale.id === wanted) ?? newest.find((sale) => sale.touches.length > 0) ?? newest[0] ?? null;
}

export function shareOf(credit: TouchCredit, model: Model): Share {
  return credit.shares.get(model) ?? { weight: 0, revenue: 0n };
}

/** How a touch stands to a sale: credited, or why not. */
export type Standing = "credited" | NotCredited["reason"];

const SAID: Record<string, string> = {
  after_conversion: "after the order",
  outside_window: "outside window",
  no_window: "this kind is never credited",
  earlier_journey: "used by an earlier order",
  ignored_channel: "never credited: no channel of its own",
  direct_not_alone: "direct, and another touch is known",
  not_counted: "the order is not counted",
};

/** The standing as its tag says it. */
export const standingText = (standing: Standing): string => SAID[standing] ?? standing.replaceAll("_", " ");

export function standing(event: JourneyEvent, sale: Sale): Standing | null {
  if (sale.touches.some((credit) => credit.touch.id === event.id)) return "credited";
  return sale.notCredited.get(event.id) ?? null;
}

const NUMBERS = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"];

/** "Seven touches flow into one order". */
export function flowTitle(sale: Sale): string {
  const count = sale.touches.length;
  const what = sale.event.kind === "order" ? "order" : "conversion";
  if (count === 0) return `No touch leads to this ${what}`;
  return `${NUMBERS[count] ?? String(count)} ${count === 1 ? "touch flows" : "touches flow"} into one ${what}`;
}
