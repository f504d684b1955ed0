import { expect, it } from "vitest";

import type { Retention, RetentionRow } from "../../api/types";
import { retentionTable } from "./retention";
import { retentionSentences, retentionTitle } from "./sentences";

function row(key: string | null, customers: number, repeat_rate: number): RetentionRow {
  const month = (ordered: number, engaged: number) => ({ customers, ordered, engaged });
  return {
    cohort: null, source: key === null ? null : { key, name: null, is_unattributed: false, is_rest: false }, customers, repeat_rate, churn_rate: 0.5,
    months: [month(1, 0.9), month(0.2, 0.4), month(0.1, 0.3), null],
  };
}

const ANSWER: Retention = {
  by: "channel", model: "first_touch", grain: "month", zone: "UTC", through: null, quiet_days: 90, month_seconds: 2_629_800,
  total: row(null, 300, 0.25), cohorts: [{ ...row(null, 300, 0.25), cohort: "2026-01-01" }], sources: [row("meta", 200, 0.2), row("email", 100, 0.35)], notes: [], data_version: 1,
};

it("orders leave out the month of the first one, meetings do not", () => {
  expect(retentionTable(ANSWER, "ordered", 13).sources[0]?.months).toEqual([0.2, 0.1, null]);
  expect(retentionTable(ANSWER, "ordered", 13).steps).toEqual(["1", "2", "3"]);
  expect(retentionTable(ANSWER, "engaged", 13).total.months).toEqual([0.9, 0.4, 0.3, null]);
});

it("says who comes back, who went quiet and how retention fades", () => {
  const table = retentionTable(ANSWER, "ordered", 13);
  expect(retentionTitle(table)).toBe("25.0% of customers have ordered again");
  expect(retentionSentences(table, 90).map((sentence) => sentence.finding)).toEqual([
    "Customers won by E-mail come back most often:", "50.0% have gone quiet:", "From 20.0% in month 1 to 10.0% in month 2",
  ]);
});
