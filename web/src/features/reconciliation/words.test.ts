import { expect, test } from "vitest";

import type { PlatformWaterfall, Reconciliation } from "../../api/types";
import { platformTitle, readFirst, reasonSentence, reconciliationTitle, ruleText } from "./words";

const META: PlatformWaterfall = {
  platform: "Meta Ads", has_channel: true, sources: ["meta_ads"], attribution_settings: ["7d_click_1d_view"],
  rule: { click_seconds: 604_800, view_seconds: 86_400, engaged_view_seconds: 86_400, open_seconds: null, is_shared: false },
  bars: [
    { kind: "claimed", is_level: true, revenue: "200.00", conversions: 4 },
    { kind: "unknown_orders", is_level: false, revenue: "-60.00", conversions: -1 },
    { kind: "overlap", is_level: false, revenue: "-40.00", conversions: -1 },
    { kind: "attributed", is_level: true, revenue: "100.00", conversions: 2 },
  ],
  over_claim: { revenue: 2, conversions: 2 }, reasons: ["unknown_orders", "overlap"], claimable_orders: 3,
};
const ANSWER: Reconciliation = {
  platforms: [META], overall: META.bars, over_claim: { revenue: 2, conversions: 2 }, claimers: [{ platforms: 1, orders: 2 }, { platforms: 2, orders: 1 }],
  warnings: [], from: "2024-05-01", to: "2024-05-31", zone: "UTC", currency: "EUR", model: "linear", date_basis: "touch", data_version: 1,
  settings: { window_seconds: 1, journey: "rolling", half_life_seconds: 1, position: [0.4, 0.2, 0.4], conversion_types: [], custom: { first: 1, middle: 1, last: 1, channels: {}, interactions: {}, half_life_seconds: 1 } },
} as unknown as Reconciliation;

test("a platform is told by how much it claims, how it counts, and why", () => {
  expect(platformTitle(META)).toBe("Meta Ads claims 2.00 times what it earned");
  expect(ruleText(META)).toBe("It counts clicks for 7 days and views for 1 day");
  expect(reasonSentence(META, "EUR")).toBe("The largest reasons: claims that follow no touch we saw, modelled or untracked (€60); orders that a second platform can claim as well (€40).");
});

test("what cannot be read is said, and what was not given is not guessed", () => {
  expect(ruleText({ ...META, rule: null, attribution_settings: ["default"] })).toBe("It counts by “default”, which we cannot read");
  expect(ruleText({ ...META, rule: null, attribution_settings: [] })).toBe("It does not say how it counts");
  expect(platformTitle({ ...META, over_claim: { revenue: null, conversions: null } as unknown as PlatformWaterfall["over_claim"] })).toBe("Meta Ads is credited with nothing");
});

test("the title is the finding, and orders that several can claim come first", () => {
  expect(reconciliationTitle(ANSWER)).toBe("Platforms claim 2.00 times what they earned");
  expect(reconciliationTitle({ ...ANSWER, platforms: [] })).toBe("No platform claims anything on these days");
  expect(readFirst(ANSWER, undefined, undefined).map((sentence) => sentence.finding)).toEqual(["1 order can be claimed more than once."]);
});
