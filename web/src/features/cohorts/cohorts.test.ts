import { describe, expect, it } from "vitest";

import type { CohortRow, Cohorts } from "../../api/types";
import { cohortTable, lastCommon, payback } from "./cohorts";
import { cohortSentences, cohortsTitle } from "./sentences";

function row(key: string | null, customers: number, cac: string | null, ltvs: (string | null)[], payback_month: number | null = null): CohortRow {
  const months = ltvs.map((ltv) => (ltv === null ? null : { customers, revenue: "0.00", ltv }));
  return {
    cohort: null, source: key === null ? null : { key, name: null, is_unattributed: false, is_rest: false },
    customers, revenue: "100.00", ltv: ltvs.findLast((ltv) => ltv !== null) ?? null, spend: null, cac, payback_month, months, predicted: null,
  };
}

const ANSWER: Cohorts = {
  by: "channel", model: "first_touch", grain: "month", zone: "UTC", currency: "EUR", through: null, month_seconds: 2_629_800,
  total: row(null, 300, "10.00", ["50.00", "60.00", "70.00"], 0),
  cohorts: [{ ...row(null, 300, null, ["50.00", null, null]), cohort: "2026-04-01" }],
  sources: [row("email", 100, "5.00", ["60.00", "90.00", null], 0), row("meta", 200, "80.00", ["45.00", "45.00", "55.00"]), row("tiny", 3, null, ["900.00", "900.00", "900.00"])],
  cells: [], prediction: { customers: 0, is_sample: false, parameters: null, note: "Nothing is predicted." }, notes: [], data_version: 1,
};

describe("cohorts", () => {
  const table = cohortTable(ANSWER, 13);

  it("compares sources at the last month that all of them know, and leaves the tiny out", () => {
    expect(cohortsTitle(table, "EUR")).toBe("Customers won by E-mail are worth most: €90 after 2 months");
    expect(lastCommon(table.sources.slice(0, 2))).toBe(1);
  });

  it("gives multiples of the cost, and none where the cost is not known", () => {
    expect(payback(table.sources[1]!)).toEqual([0.5625, 0.5625, 0.6875]);
    expect(payback(table.sources[2]!)).toEqual([]);
  });

  it("names who has not paid back, and says nothing of predictions where there are none", () => {
    const findings = cohortSentences(table, "EUR").map((sentence) => sentence.finding);
    expect(findings).toEqual([
      "A customer won by E-mail brings 2.00 times one won by Meta Ads", "E-mail pays back fastest:", "Meta Ads has not paid back.",
    ]);
  });

  it("names cohorts by their months", () => {
    expect(table.cohorts[0]?.label).toBe("Apr 2026");
    expect(table.steps).toEqual(["0", "1", "2"]);
  });
});
