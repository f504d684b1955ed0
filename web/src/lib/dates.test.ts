import { expect, test } from "vitest";

import { comparisonRange, dayCount, instantText, isRangeExpression, rangeText, resolveRange, shiftRange } from "./dates";

const LAST = "2026-11-19";

test("the last 28 full days end on the last day of the data", () => {
  expect(resolveRange("last28", LAST)).toEqual({ from: "2026-10-23", to: "2026-11-19" });
  expect(dayCount(resolveRange("last28", LAST))).toBe(28);
});

test("months are civil months", () => {
  expect(resolveRange("month", LAST)).toEqual({ from: "2026-11-01", to: "2026-11-19" });
  expect(resolveRange("prev-month", "2026-03-15")).toEqual({ from: "2026-02-01", to: "2026-02-28" });
});

test("an expression that makes no sense falls back to 28 days", () => {
  expect(isRangeExpression("2026-02-30..2026-03-01")).toBe(false);
  expect(isRangeExpression("2026-03-02..2026-03-01")).toBe(false);
  expect(isRangeExpression("2026-02-27..2026-03-01")).toBe(true);
  expect(resolveRange("nonsense", LAST).from).toBe("2026-10-23");
});

test("the previous period is as long and ends the day before", () => {
  expect(comparisonRange(resolveRange("last28", LAST), "previous")).toEqual({ from: "2026-09-25", to: "2026-10-22" });
});

test("a year ago means the same weekdays, 364 days earlier, over a change of clocks too", () => {
  expect(comparisonRange({ from: "2026-03-29", to: "2026-03-29" }, "year")).toEqual({ from: "2025-03-30", to: "2025-03-30" });
  expect(comparisonRange({ from: "2026-03-29", to: "2026-03-29" }, "none")).toBeNull();
});

test("shifting moves by the range's own length", () => {
  expect(shiftRange({ from: "2026-11-13", to: "2026-11-19" }, -1)).toEqual({ from: "2026-11-06", to: "2026-11-12" });
});

test("ranges are written once, not twice", () => {
  expect(rangeText({ from: "2026-10-23", to: "2026-11-19" })).toBe("23 Oct – 19 Nov 2026");
  expect(rangeText({ from: "2026-09-01", to: "2026-09-30" })).toBe("1 – 30 Sep 2026");
  expect(rangeText({ from: "2025-12-30", to: "2026-01-02" })).toBe("30 Dec 2025 – 2 Jan 2026");
  expect(rangeText({ from: "2026-09-25", to: "2026-09-25" })).toBe("25 Sep 2026");
});

test("an instant is written in the zone it is read in", () => {
  expect(instantText("2026-09-28T15:49:00Z", "Europe/Berlin")).toBe("28 Sep, 17:49");
  expect(instantText("2026-11-14T23:30:00Z", "Pacific/Auckland", true)).toBe("15 Nov 2026, 12:30");
});
