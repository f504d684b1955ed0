import { expect, test } from "vitest";

import type { Pipeline, PipelineStage } from "../../api/types";
import { groupLabel, leakiest, pipelineSentences, pipelineTitle, stageLabel } from "./figures";

function stage(name: string, [entered, progressed, lost]: [number, number, number]): PipelineStage {
  return {
    stage: name, entered, progressed, lost, open: entered - progressed - lost, skipped: 0, went_back: 0, conversion_rate: progressed / entered, drop_off_rate: lost / entered,
    median_seconds: 3 * 86_400, mean_seconds: 3 * 86_400, p90_seconds: 9 * 86_400, stuck: 0, won_value: "0.00", open_value: null,
  };
}

function pipeline(stages: PipelineStage[]): Pipeline {
  const leads = stages[0]?.entered ?? 0;
  return {
    from: "2026-10-01", to: "2026-10-28", zone: "UTC", currency: "EUR", cohort: "lead", by: "channel", as_of: "2026-11-19T10:00:00Z", is_order_inferred: true,
    won_stages: ["won"], lost_stages: ["lost"], other_stages: [], stages, velocity_formula: "", groups: [], are_groups_truncated: false, stuck: [], rows_without_customer: 0, data_version: 1,
    outcome: {
      leads, won: 20, lost: 30, open: leads - 50, lead_conversion_rate: 20 / leads, win_rate: 0.4, cycle_median_seconds: 25 * 86_400, cycle_mean_seconds: null, cycle_p90_seconds: null,
      won_value: "10000.00", average_value: "500.00", velocity_per_day: "800.00",
    },
  };
}

test("the stage that loses most of those who left it is named, if there are enough of them", () => {
  const stages = [stage("lead", [100, 60, 30]), stage("sales_qualified", [60, 20, 30]), stage("opportunity", [20, 1, 9])];
  expect(leakiest(stages)?.stage).toBe("sales_qualified");
  expect(pipelineTitle(pipeline(stages))).toBe("Sales qualified loses most: 60.0% of the leads that left it");
  expect(leakiest([stage("lead", [10, 1, 9])])).toBeNull();
});

test("without leads the title says so", () => {
  const none = pipeline([]);
  expect(pipelineTitle(none)).toBe("No leads began on these days");
});

test("the velocity can be redone on paper", () => {
  const [velocity] = pipelineSentences(pipeline([stage("lead", [100, 60, 30])]), "channel");
  expect(velocity?.finding).toBe("The pipeline makes €800 a day.");
  expect(velocity?.cause).toBe("100 leads × 40.0% win rate × €500.00 ÷ 25.0 days.");
});

test("names are written for people", () => {
  expect(stageLabel("closed_won")).toBe("Closed won");
  expect(groupLabel({ key: null, name: null }, "channel")).toBe("No touch known");
  expect(groupLabel({ key: "email", name: "email" }, "channel")).toBe("E-mail");
});
