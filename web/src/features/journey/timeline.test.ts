import { expect, test } from "vitest";

import type { CustomerJourney, JourneyCredit, JourneyEvent } from "../../api/types";
import { parseDecimal } from "../../lib/decimal";
import { chosenSale, flowTitle, net, shareOf, standing, standingText, timeline } from "./timeline";
import { eventTitle } from "./words";

function event(id: string, kind: JourneyEvent["kind"], day: string, more: Partial<JourneyEvent> = {}): JourneyEvent {
  return {
    id, kind, recorded_at: `${day}T12:00:00Z`, source: "web", channel: null, campaign_id: null, campaign: null, ad: null, asset_id: null, asset: null, interaction: null,
    conversion_type: null, order_id: null, conversion_id: null, stage: null, country: null, device: null, revenue: null, refund: null, paid_currency: null, why: null, ...more,
  };
}

const credit = (touch: string | null, model: JourneyCredit["model"], weight: number, revenue: string, entry: "sale" | "refund" = "sale"): JourneyCredit => ({ conversion_id: "o1", entry, touch_id: touch, position: 1, model, weight, revenue });

const JOURNEY: CustomerJourney = {
  customer: { customer_id: "c", customer_key: "C-1", journey_start_date: "2026-09-02T12:00:00Z", first_touch_source: "Direct", total_touchpoints: 3, orders: 1, conversions: 0, refunds: 1, lifetime_value: "207.40", current_stage: "customer", acquisition_cost: null, first_touch_asset_id: null, first_touch_campaign_id: null, last_touch_campaign_id: null, last_seen_at: null, touches_by_channel: {} },
  settings: { window_seconds: 2_592_000, windows: [], calendar_days_in: null, counted: "every", direct: "only_alone", direct_channels: ["Direct"], ignored_channels: [], milestones: { lead: [], opportunity: [] }, revenue: { discounts_deducted: true, refunds_deducted: true, shipping: true, tax: true }, journey: "rolling", half_life_seconds: 604_800, position: [0.4, 0.2, 0.4], conversion_types: ["purchase"], custom: { channels: {}, interactions: {}, first: 1, middle: 1, last: 1, half_life_seconds: null } },
  value: null, not_credited: [{ conversion_id: "o1", touch_id: "t0", reason: "outside_window", window_seconds: 2_592_000 }, { conversion_id: "o1", touch_id: "t3", reason: "after_conversion", window_seconds: null }],
  timeline: [
    event("t0", "touch", "2026-09-02", { channel: "Direct" }), event("t1", "touch", "2026-11-01", { channel: "Meta Ads", interaction: "click", ad: "Storm shell" }), event("t2", "touch", "2026-11-10", { channel: "E-mail" }),
    event("o1", "order", "2026-11-14", { revenue: "286.40", order_id: "10482", conversion_id: "o1" }), event("r1", "refund", "2026-11-18", { refund: "79.00", conversion_id: "o1" }), event("t3", "touch", "2026-11-19"),
  ],
  credits: [
    credit("t1", "linear", 0.5, "143.20"), credit("t2", "linear", 0.5, "143.20"), credit("t1", "linear", 0.5, "-39.50", "refund"), credit("t2", "linear", 0.5, "-39.50", "refund"),
    credit("t1", "first_touch", 1, "286.40"), credit("t1", "first_touch", 1, "-79.00", "refund"),
  ],
  currency: "EUR", zone: "UTC", data_version: 1, is_truncated: false,
  identity: { customer_id: "c", identifiers: [], links: [], apart: [], decisions: [], is_truncated: false },
};
const [sale] = timeline(JOURNEY).sales;

test("an order less its refund is what its touches share", () => {
  expect(sale && net(sale)).toBe(parseDecimal("207.40"));
  expect(sale?.touches.map((touch) => shareOf(touch, "linear").revenue)).toEqual([parseDecimal("103.70"), parseDecimal("103.70")]);
  expect(sale?.touches.map((touch) => shareOf(touch, "first_touch").revenue)).toEqual([parseDecimal("207.40"), 0n]);
});

test("a refund does not change the weights", () => {
  expect(sale?.touches.map((touch) => shareOf(touch, "linear").weight)).toEqual([0.5, 0.5]);
});

test("touches say how they stand to the order", () => {
  const of = (id: string) => { const touch = JOURNEY.timeline.find((candidate) => candidate.id === id); return touch && sale && standing(touch, sale); };
  expect(of("t0")).toBe("outside_window");
  expect(of("t1")).toBe("credited");
  expect(of("t3")).toBe("after_conversion");
  expect(standingText("direct_not_alone")).toBe("direct, and another touch is known");
});

test("an order that nothing led to is unattributed", () => {
  const alone = timeline({ ...JOURNEY, credits: [credit(null, "linear", 1, "286.40")] }).sales[0];
  expect(alone?.unattributed).toBe(true);
  expect(alone && flowTitle(alone)).toBe("No touch leads to this order");
});

test("the link names the order, else the newest with credit is shown", () => {
  const sales = timeline(JOURNEY).sales;
  expect(chosenSale(sales, "o1")?.id).toBe("o1");
  expect(chosenSale(sales, "gone")?.id).toBe("o1");
  expect(chosenSale([], null)).toBeNull();
  expect(sale && flowTitle(sale)).toBe("Two touches flow into one order");
});

test("rows speak in a marketer's words", () => {
  const titles = JOURNEY.timeline.map((row) => eventTitle(row, "EUR"));
  expect(titles).toEqual(["Direct", "Clicked “Storm shell”", "E-mail", "Order 10482, €286.40", "Refund, −€79.00", "Unattributed"]);
});
