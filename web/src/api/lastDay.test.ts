import { expect, test } from "vitest";

import { lastFullDay, todayIn } from "./lastDay";
import type { Cell, ResultTable } from "./types";

function answer(rows: Cell[][]): ResultTable {
  const column = (id: string) => ({ id, label: id, role: "metric" as const, unit: { kind: "text" as const } });
  return { columns: ["date", "spend", "conversions"].map(column), rows, totals: [null, null, null], meta: { from: "", to: "", zone: "UTC", grain: "day", currency: "EUR", data_version: 1, rows: rows.length, is_truncated: false, warnings: [] } };
}

test("spend comes by whole days, so its newest day is the last full one", () => {
  expect(lastFullDay(answer([["2026-11-19", null, 12], ["2026-11-18", "10.00", 8]]), "2026-11-22")).toBe("2026-11-18");
});

test("a shop without spend ends with its newest conversion", () => {
  expect(lastFullDay(answer([["2018-07-30", null, 5], ["2018-07-29", null, 3]]), "2026-11-22")).toBe("2018-07-30");
});

test("today is not a full day unless there is no other", () => {
  expect(lastFullDay(answer([["2026-11-22", "10.00", 5], ["2026-11-21", "9.00", 3]]), "2026-11-22")).toBe("2026-11-21");
  expect(lastFullDay(answer([["2026-11-22", null, 5]]), "2026-11-22")).toBe("2026-11-22");
});

test("without rows there is no day", () => {
  expect(lastFullDay(answer([]), "2026-11-22")).toBeNull();
});

test("today is the zone's, not the machine's", () => {
  expect(todayIn("Pacific/Auckland", new Date("2026-11-22T12:00:00Z"))).toBe("2026-11-23");
  expect(todayIn("America/New_York", new Date("2026-11-22T03:00:00Z"))).toBe("2026-11-21");
});
