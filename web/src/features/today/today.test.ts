import { expect, test } from "vitest";

import { frame } from "../../api/frame";
import type { Cell, ResultTable } from "../../api/types";
import { parseDecimal, sum } from "../../lib/decimal";
import { whatChanged } from "./changed";
import { channelFlows } from "./channels";
import { finding } from "./finding";
import { movers } from "./movers";
import type { Totals } from "./totals";

const RANGE = { from: "2026-10-23", to: "2026-11-19" };
const euros = (text: string) => parseDecimal(text);

function totals(spend: string, revenue: string, orders: number): Totals {
  const [s, r] = [Number(spend), Number(revenue)];
  return { spend: euros(spend), revenue: euros(revenue), gross: euros(revenue), refunds: 0n, orderRevenue: euros(revenue), paidRevenue: euros(revenue), orders, conversions: orders, newCustomers: orders, mer: r / s, roas: r / s, cac: euros((s / orders).toFixed(6)), aov: euros((r / orders).toFixed(6)) };
}

function answer(columns: string[], rows: Cell[][]) {
  const table: ResultTable = { columns: columns.map((id) => ({ id, label: id, role: "dimension", unit: { kind: "text" } })), rows, totals: columns.map(() => null), meta: { ...RANGE, zone: "UTC", grain: "total", currency: "EUR", data_version: 1, rows: rows.length, is_truncated: false, warnings: [] } };
  return frame(table);
}

const channels = (meta: string, spend: string, direct: string) => answer(["channel", "spend", "attributed_revenue{linear}"], [["Meta Ads", spend, meta], ["Direct", null, direct]]);
const NOW = totals("351000", "1284460", 11_436);
const BEFORE = totals("318500", "1191260", 10_704);

test("the title says what happened and at what cost", () => {
  expect(finding(NOW, BEFORE, RANGE, "EUR")).toEqual({
    title: "Revenue is up 7.8%, and it cost more to get",
    context: "28 days to Thursday 19 November. Spend grew 10.2%, and each euro of spend brought €3.66 instead of €3.74.",
  });
  expect(finding(BEFORE, NOW, RANGE, "USD").title).toBe("Revenue is down 7.3%, but each dollar brought more");
});

test("without a period before it states the figure", () => {
  expect(finding(NOW, null, RANGE, "EUR").title).toBe("€1,284,460 of revenue in 28 days");
  expect(finding({ ...NOW, revenue: 0n, mer: 0 }, null, RANGE, "EUR").title).toBe("No revenue in this period");
});

test("the streams and the unattributed rest are all of the revenue, to the cent", () => {
  const flows = channelFlows(channels("600.01", "200", "300.00"), euros("1000.00"), "linear");
  expect(flows.map((flow) => flow.channel)).toEqual(["Meta Ads", "Direct", null]);
  expect(flows.at(-1)?.revenue).toBe(euros("99.99"));
  expect(sum(flows.map((flow) => flow.revenue))).toBe(euros("1000.00"));
});

test("sentences about change are identities of the figures they quote", () => {
  const now = { totals: totals("200", "1000", 10), flows: channelFlows(channels("600", "200", "300"), euros("1000"), "linear") };
  const before = { totals: totals("100", "800", 8), flows: channelFlows(channels("500", "100", "250"), euros("800"), "linear") };
  const said = whatChanged(now, before, [], "EUR").map((sentence) => `${sentence.finding} ${sentence.cause ?? ""}`);
  expect(said[0]).toBe("Revenue rose €200. The largest parts of it: Meta Ads +€100 and Direct +€50.");
  expect(said[1]).toBe("Each euro earned less. MER went from 8.00× to 5.00×, while Meta Ads spend grew 100.0% and its credited revenue grew 20.0%.");
  expect(said[2]).toBe("90.0% of revenue has a touch. It was 93.8% in the period before.");
});

test("campaigns are ordered by how far they moved, those that ended included", () => {
  const columns = ["channel", "campaign_id", "campaign", "spend", "attributed_revenue{linear}"];
  const now = answer(columns, [["Meta Ads", "a", "Storm", "10", "100"], ["Meta Ads", "b", "Rain", "10", "55"], ["Direct", null, null, null, "9"]]);
  const before = answer(columns, [["Meta Ads", "a", "Storm", "10", "90"], ["Meta Ads", "c", "Ended", "10", "70"]]);
  const found = movers(now, before, "linear");
  expect(found.map((mover) => mover.name)).toEqual(["Ended", "Rain", "Storm"]);
  expect(found.map((mover) => mover.shift)).toEqual([euros("-70"), euros("55"), euros("10")]);
});
