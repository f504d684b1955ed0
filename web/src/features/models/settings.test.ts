import { describe, expect, it } from "vitest";

import { changesOf, durationText, ruleText, type Settings } from "./settings";

const settings: Settings = {
  window_seconds: 2_592_000, windows: [], calendar_days_in: null, journey: "rolling", counted: "every", direct: "only_alone",
  direct_channels: ["Direct"], ignored_channels: ["(payment provider)"], half_life_seconds: 604_800, position: [0.4, 0.2, 0.4],
  conversion_types: ["purchase"], milestones: { lead: ["lead"], opportunity: ["deal"] },
  revenue: { tax: true, shipping: true, discounts_deducted: true, refunds_deducted: true },
  custom: { first: 1, middle: 1, last: 1, channels: {}, interactions: {}, half_life_seconds: null },
};

describe("settings that are edited", () => {
  it("sends only what differs, and exact seconds as an empty zone", () => {
    expect(changesOf(settings, settings)).toEqual({});
    expect(changesOf(settings, { ...settings, journey: "closed", windows: [] })).toEqual({ journey: "closed" });
    expect(changesOf({ ...settings, calendar_days_in: "Europe/Berlin" }, settings)).toEqual({ calendar_days_in: "" });
  });

  it("names durations by their largest whole unit", () => {
    expect([86_400, 129_600, 5_400, 61].map(durationText)).toEqual(["1 day", "36 hours", "90 minutes", "61 seconds"]);
  });

  it("says a window rule in words", () => {
    expect(ruleText({ channel: "Meta Ads", interaction: "view", conversion_type: null, window_seconds: 86_400 })).toBe("view touches of Meta Ads: 1 day");
    expect(ruleText({ channel: null, interaction: "open", conversion_type: "purchase", window_seconds: 0 })).toBe("open touches of any channel before a purchase: never credited");
  });
});
