import { expect, test } from "vitest";

import { FIRST_QUESTION, negate, place, type Question, readConditions, readQuestion, release, replaceValue, restrict, shift, splitValue, take, writeConditions, writeQuestion } from "./explore";

const question: Question = { ...FIRST_QUESTION, rows: ["channel", "campaign"] };

test("a link without a question asks the first one", () => {
  expect(readQuestion({})).toEqual(FIRST_QUESTION);
});

test("a question survives its link", () => {
  const asked: Question = {
    rows: ["channel", "campaign"], columns: ["device"], values: ["spend", "attributed_revenue{first_touch}"],
    conditions: [{ field: "channel", operator: "is_not", values: ["A|B; C", "100 %"] }, { field: "country", operator: "is_null", values: [] }], grain: "week", chart: "bars",
  };
  expect(readQuestion(writeQuestion(asked))).toEqual(asked);
});

test("a question that was emptied stays empty", () => {
  const empty = { ...FIRST_QUESTION, rows: [], values: [] };
  expect(readQuestion(writeQuestion(empty))).toEqual(empty);
});

test("a field stands in one zone only, where it was put", () => {
  expect(place(question, "columns", "channel")).toMatchObject({ rows: ["campaign"], columns: ["channel"] });
  expect(place(question, "rows", "device", 1).rows).toEqual(["channel", "device", "campaign"]);
  expect(place({ ...question, columns: ["device"] }, "columns", "country").columns).toEqual(["country"]);
  expect(take(question, "channel").rows).toEqual(["campaign"]);
});

test("a field moves within its zone and not beyond its ends", () => {
  expect(shift(question, "rows", "channel", 1).rows).toEqual(["campaign", "channel"]);
  expect(shift(question, "rows", "channel", -1)).toBe(question);
});

test("a value takes another model unless that is there already", () => {
  expect(splitValue("roas{time_decay}")).toEqual({ key: "roas", model: "time_decay" });
  expect(replaceValue(question, "roas", "roas{first_touch}").values).toEqual(["spend", "attributed_revenue", "roas{first_touch}"]);
  expect(replaceValue(question, "roas", "spend")).toBe(question);
});

test("a second condition on the same field and operator replaces the first", () => {
  const first = restrict(question, { field: "channel", operator: "is", values: ["Meta Ads"] });
  const second = restrict(first, { field: "channel", operator: "is", values: ["TikTok Ads"] });
  expect(second.conditions).toEqual([{ field: "channel", operator: "is", values: ["TikTok Ads"] }]);
  expect(release(second, 0).conditions).toEqual([]);
  expect(negate({ field: "channel", operator: "contains", values: ["a"] }).operator).toBe("not_contains");
});

test("conditions that make no sense are left out of a link", () => {
  expect(readConditions("channel is;country is_null x; ;plan bigger 3;device is phone")).toEqual([{ field: "device", operator: "is", values: ["phone"] }]);
  expect(writeConditions([])).toBe("");
});
