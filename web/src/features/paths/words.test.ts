import { expect, test } from "vitest";

import type { Assists, Paths } from "../../api/types";
import { assistsTitle, lagLabel, pathsTitle } from "./words";

const length = (steps: number, conversions: number) => ({ steps, is_open: false, conversions, revenue: "0.00", not_converted: 0, conversion_rate: null });
const paths = (attributed: number, lengths: Paths["lengths"], is_collapsed = true) =>
  ({ step: "channel", is_collapsed, lengths, summary: { attributed_conversions: attributed } }) as unknown as Paths;

test("the title says how many orders took more than one step", () => {
  expect(pathsTitle(paths(10, [length(1, 4), length(2, 6)]))).toBe("60.0% of orders came after more than one channel");
  expect(pathsTitle(paths(10, [length(1, 4), length(2, 6)], false))).toBe("60.0% of orders came after more than one touch");
  expect(pathsTitle(paths(4, [length(1, 4)]))).toBe("Every order came after a single channel");
  expect(pathsTitle(paths(0, []))).toBe("No order had a touch in these days");
});

test("a step that rarely helps is no finding", () => {
  const row = (step: string, assisted_conversions: number, assists_per_last: number | null) => ({ step, assisted_conversions, assists_per_last });
  const assists = (steps: object[]) => ({ step: "channel", steps }) as unknown as Assists;
  expect(assistsTitle(assists([row("meta_ads", 40, 2.5), row("google_ads", 30, 0.5)]))).toBe("Meta Ads helps with 2.5 orders for each one it closes");
  expect(assistsTitle(assists([row("meta_ads", 4, 4), row("google_ads", 30, 0.5)]))).toBe("Who helps and who closes");
  expect(assistsTitle(assists([row("meta_ads", 40, null)]))).toBe("Who helps and who closes");
});

test("times are named as people say them", () => {
  expect([lagLabel(0, 3_600), lagLabel(3_600, 86_400), lagLabel(86_400, 172_800), lagLabel(7_776_000, null)]).toEqual(["under 1 hour", "1 to 24 hours", "1 to 2 days", "90 days or more"]);
});
