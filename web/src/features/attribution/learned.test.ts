import { describe, expect, it } from "vitest";

import { frame } from "../../api/frame";
import type { ResultTable } from "../../api/types";
import { estimateOf, learnedTable, mostOf } from "./learned";

const column = (id: string) => ({ id, label: id, role: "dimension", unit: { kind: "text" } });
const answer = {
  columns: ["model", "channel", "is_unattributed", "revenue", "conversions", "revenue_low", "revenue_high", "conversions_low", "conversions_high", "removal_effect"].map(column),
  rows: [
    ["linear", "Meta Ads", false, "60.00", 3, "50.00", "70.00", 2, 4, null],
    ["linear", null, true, "10.00", 1, null, null, null, null, null],
    ["markov", "Meta Ads", false, "55.00", 3, "40.00", "90.00", 2, 4, 0.42],
    ["markov", "E-mail", false, "65.00", 3, "60.00", "66.00", 2, 4, 0.5],
    ["markov", null, true, "10.00", 1, null, null, null, null, null],
  ],
  totals: [], meta: {},
} as unknown as ResultTable;

describe("models that learn", () => {
  const { rows, unattributed } = learnedTable(frame(answer), "linear");

  it("puts the largest first, and what is unattributed apart", () => {
    expect(rows.map((row) => [row.label, row.removalEffect])).toEqual([["E-mail", 0.5], ["Meta Ads", 0.42]]);
    expect(unattributed && estimateOf(unattributed, "markov").revenue).toBe(10_000_000n);
  });

  it("scales a column by the highest interval, and shows nothing for a model without a row", () => {
    expect(mostOf(rows, ["linear", "markov"])).toBe(90);
    expect(estimateOf(rows[0]!, "shapley")).toEqual({ revenue: 0n, low: null, high: null });
  });
});
