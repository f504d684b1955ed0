import { expect, test } from "vitest";

import type { FunnelRow, FunnelStep, MarketingFunnel } from "../../api/types";
import { funnelTitle, largestFall, rateChange, rateText, rowLabel, step, valueText } from "./steps";

const STEPS: FunnelStep[] = ["impressions", "clicks", "visits", "leads", "orders", "revenue"];

function row(key: string | null, visits: number | null, orders: [number | null, number | null]): FunnelRow {
  return {
    key, name: key,
    steps: STEPS.map((name) => ({
      step: name, value: name === "visits" ? visits : name === "revenue" ? "1250.50" : null, compared_value: null,
      rate: name === "orders" ? orders[0] : name === "revenue" ? "62.525" : null, compared_rate: name === "orders" ? orders[1] : null,
    })),
  };
}

function funnel(total: FunnelRow, rows: FunnelRow[] = []): MarketingFunnel {
  return { from: "2026-10-01", to: "2026-10-28", compared: null, zone: "UTC", currency: "EUR", by: "channel", model: "linear", date_basis: "conversion", goals: [], steps: [], total, rows, others: null, data_version: 1 };
}

test("the title says how many visits become an order, and how that changed in points", () => {
  expect(funnelTitle(funnel(row(null, 1000, [0.026, 0.029])))).toBe("2.6% of visits become an order, 0.3 pt less than before");
  expect(funnelTitle(funnel(row(null, 1000, [0.026, 0.026])))).toBe("2.6% of visits become an order, as before");
  expect(funnelTitle(funnel(row(null, 1000, [0.026, null])))).toBe("2.6% of visits become an order");
  expect(funnelTitle(funnel(row(null, null, [null, null])))).toBe("From impression to revenue");
});

test("money stays exact, and what is not covered is a dash", () => {
  const revenue = step(row("Meta", 10, [null, null]), "revenue");
  const clicks = step(row("Meta", 10, [null, null]), "clicks");
  if (!revenue || !clicks) throw new Error("every row has every step");
  expect([valueText(revenue, "EUR"), rateText(revenue, "EUR")]).toEqual(["€1,250", "€62.52"]);
  expect([valueText(clicks, "EUR"), rateText(clicks, "EUR")]).toEqual(["—", "—"]);
});

test("rates change in points, with the colour of what is good", () => {
  const orders = step(row("Meta", 10, [0.03, 0.02]), "orders");
  if (!orders) throw new Error("every row has every step");
  expect(rateChange(orders)).toMatchObject({ text: "+1.0 pt", verdict: "good" });
});

test("the largest fall weighs the visits, and chance is left out", () => {
  const rows = [row("meta_ads", 1000, [0.02, 0.03]), row("email", 5000, [0.029, 0.03]), row("tiktok", 20, [0, 0.5]), row(null, 9000, [0, 0.5])];
  expect(largestFall(funnel(row(null, 1, [null, null]), rows), "channel")?.name).toBe("Meta Ads");
});

test("a row without a key says why", () => {
  expect(rowLabel(row(null, 1, [null, null]), "device")).toBe("No touch, or not stated");
});
