import { expect, test } from "vitest";

import { frame } from "../../api/frame";
import type { Cell, ResultTable } from "../../api/types";
import { parseDecimal } from "../../lib/decimal";
import { addsUp, creditOf, creditTable, shownValue } from "./credit";
import { attributionSentences, attributionTitle } from "./sentences";

function table(columns: string[], rows: Cell[][]) {
  const answer: ResultTable = {
    columns: columns.map((id) => ({ id, label: id, role: "dimension", unit: { kind: "text" } })), rows, totals: columns.map(() => null),
    meta: { from: "2026-10-23", to: "2026-11-19", zone: "UTC", grain: "total", currency: "EUR", data_version: 1, rows: rows.length, is_truncated: false, warnings: [] },
  };
  return frame(answer);
}

const CREDITS = table(["model", "channel", "is_unattributed", "revenue", "conversions"], [
  ["first_touch", "TikTok Ads", false, "70.00", 2], ["first_touch", "E-mail", false, "20.01", 1], ["first_touch", null, true, "9.99", 1],
  ["last_touch", "TikTok Ads", false, "10.01", 1], ["last_touch", "E-mail", false, "80.00", 2], ["last_touch", null, true, "9.99", 1],
]);
const COSTS = table(["channel", "spend", "platform_revenue", "platform_conversions"], [["TikTok Ads", "20.00", "95.00", 4], ["LinkedIn Ads", "5.00", "0.00", 0], [null, null, null, null]]);
const found = creditTable(CREDITS, COSTS, "channel");

test("every column is the sum of its rows, to the cent", () => {
  expect(found.totals.get("first_touch")?.revenue).toBe(parseDecimal("100.00"));
  expect(found.totals.get("last_touch")?.revenue).toBe(parseDecimal("100.00"));
  expect(found.totals.get("first_touch")?.orders).toBe(4);
});

test("a model that loses a cent is noticed", () => {
  const both = creditTable(CREDITS, null, "channel");
  expect(addsUp({ ...both, totals: new Map([["first_touch", { revenue: 10_000n, orders: 1 }], ["linear", { revenue: 9_999n, orders: 1 }]]) })).toBe(false);
});

test("unattributed revenue is a row of its own and not a channel", () => {
  expect(found.unattributed?.label).toBe("Unattributed");
  expect(found.rows.map((row) => row.label)).toEqual(["TikTok Ads", "E-mail", "LinkedIn Ads"]);
});

test("a channel that only spends is shown with credit zero", () => {
  const linkedin = found.rows.find((row) => row.label === "LinkedIn Ads");
  expect(linkedin && creditOf(linkedin, "first_touch").revenue).toBe(0n);
});

test("ROAS is credited revenue over spend, and absent without spend", () => {
  const [tiktok, email] = found.rows;
  expect(tiktok && shownValue(tiktok, "first_touch", "roas", found)).toBe(3.5);
  expect(email && shownValue(email, "first_touch", "roas", found)).toBeNull();
  expect(tiktok && shownValue(tiktok, "first_touch", "share", found)).toBe(0.7);
});

test("touches without a campaign are a rest, which the title does not name", () => {
  const campaigns = creditTable(table(["model", "channel", "campaign_id", "campaign", "is_unattributed", "revenue", "conversions"], [
    ["first_touch", "Direct", null, null, false, "60.00", 1], ["first_touch", "E-mail", "1", "Welcome", false, "40.00", 1],
    ["last_touch", "E-mail", "1", "Welcome", false, "90.00", 1], ["last_touch", "Meta Ads", "2", "Storm", false, "10.00", 1],
  ]), null, "campaign");
  expect(campaigns.rows.map((row) => row.label)).toEqual(["Direct, no campaign", "Welcome", "Storm"]);
  expect(attributionTitle(campaigns)).not.toContain("no campaign");
});

test("the title and the sentences follow from the table", () => {
  expect(attributionTitle(found)).toBe("First touch favours TikTok Ads, last touch favours E-mail");
  const said = attributionSentences(found, "last_touch", 30, "EUR").map((sentence) => `${sentence.finding} ${sentence.cause ?? ""}`);
  expect(said[0]).toBe("TikTok Ads opens journeys more often than it closes them. First touch credits it with 7.0 times what last touch does.");
  expect(said[1]).toBe("E-mail closes journeys that others opened. Last touch credits it with 4.0 times what first touch does.");
  expect(said[2]).toBe("TikTok Ads claims €85 more than the last touch model credits it with.");
});
