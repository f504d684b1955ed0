import { expect, test } from "vitest";

import type { Cell, ResultTable } from "../../api/types";
import { FIRST_QUESTION, type Question } from "../../lib/explore";
import { ALL_COLUMNS, ask, labelOf, levelsOf, ordered, pivot } from "./pivot";

const MONEY = { kind: "money", currency: "EUR" } as const;
const question: Question = { ...FIRST_QUESTION, rows: ["channel", "campaign"], values: ["spend", "roas"] };
const range = { from: "2026-11-01", to: "2026-11-02" };

function table(dimensions: readonly string[], rows: readonly Cell[][], totals: readonly Cell[]): ResultTable {
  const columns = [
    ...dimensions.map((id) => ({ id, label: id, role: id === "date" ? "time" : "dimension", unit: { kind: "text" } })),
    { id: "spend", label: "Spend", role: "metric", unit: MONEY }, { id: "roas", label: "ROAS", role: "metric", unit: { kind: "ratio" } },
  ];
  return { columns, rows, totals: [...dimensions.map(() => null), ...totals], meta: { is_truncated: false } } as unknown as ResultTable;
}

const takesModel = (key: string) => key === "roas";

test("every level is asked for, so that subtotals are answers and not sums of ratios", () => {
  expect(levelsOf(question).map((level) => level.fields)).toEqual([["channel"], ["channel", "campaign"], []]);
  expect(levelsOf({ ...question, rows: ["channel"], columns: ["device"] }).map((level) => level.fields)).toEqual([["channel"], ["channel", "device"], ["device"], []]);
});

test("a level's question has the view's model where the value names none, and the grain only where time is a field", () => {
  expect(ask(question, ["channel"], range, takesModel, "linear")).toMatchObject({ metrics: ["spend", "roas{linear}"], dimensions: ["channel"], grain: "total" });
  expect(ask({ ...question, values: ["roas{first_touch}"] }, ["date"], range, takesModel, "linear")).toMatchObject({ metrics: ["roas{first_touch}"], dimensions: [], grain: "day" });
});

test("campaigns stand under their channel, with what they were before", () => {
  const made = pivot(question, [
    { level: { fields: ["channel"], isPivoted: false }, now: table(["channel"], [["Meta", "10.00", 2]], ["10.00", 2]), before: table(["channel"], [["Meta", "8.00", 3], ["Gone", "1.00", 1]], ["9.00", 2.5]) },
    { level: { fields: ["channel", "campaign"], isPivoted: false }, now: table(["channel", "campaign_id", "campaign"], [["Meta", "1", "Shoes", "6.00", 1], ["Meta", "2", "Coats", "4.00", 3.5]], []), before: null },
    { level: { fields: [], isPivoted: false }, now: table([], [], ["10.00", 2]), before: table([], [], ["9.00", 2.5]) },
  ], "2026-11-01", "2026-10-30");
  expect(made?.rows.map(labelOf)).toEqual(["Meta", "Gone"]);
  expect(made?.rows[0]?.children.map(labelOf)).toEqual(["Shoes", "Coats"]);
  expect(made?.rows[0]?.figures.get(ALL_COLUMNS)).toEqual([{ now: "10.00", before: "8.00" }, { now: 2, before: 3 }]);
  expect(made?.rows[1]?.figures.get(ALL_COLUMNS)?.[0]).toEqual({ now: null, before: "1.00" });
  expect(made?.total.figures.get(ALL_COLUMNS)?.[1]).toEqual({ now: 2, before: 2.5 });
});

test("days are compared by how far they are from the first one", () => {
  const byDay = { ...question, rows: ["date"] };
  const made = pivot(byDay, [
    { level: { fields: ["date"], isPivoted: false }, now: table(["date"], [["2026-11-02", "2.00", 1]], []), before: table(["date"], [["2026-10-31", "1.00", 1]], []) },
    { level: { fields: [], isPivoted: false }, now: table([], [], ["2.00", 1]), before: null },
  ], "2026-11-01", "2026-10-30");
  expect(made?.rows).toHaveLength(1);
  expect(made?.rows[0]?.figures.get(ALL_COLUMNS)?.[0]).toEqual({ now: "2.00", before: "1.00" });
});

test("a field in the columns gives every row a figure for each of its values, and one for all", () => {
  const byDevice = { ...question, rows: ["channel"], columns: ["device"] };
  const made = pivot(byDevice, [
    { level: { fields: ["channel"], isPivoted: false }, now: table(["channel"], [["Meta", "3.00", 1]], []), before: null },
    { level: { fields: ["channel", "device"], isPivoted: true }, now: table(["channel", "device"], [["Meta", "phone", "2.00", 1], ["Meta", "tablet", "1.00", 1]], []), before: null },
    { level: { fields: ["device"], isPivoted: true }, now: table(["device"], [["phone", "2.00", 1], ["tablet", "1.00", 1]], []), before: null },
    { level: { fields: [], isPivoted: false }, now: table([], [], ["3.00", 1]), before: null },
  ], "2026-11-01", "");
  expect(made?.columns.map((column) => column.key)).toEqual(["phone", "tablet"]);
  expect(made?.rows[0]?.figures.get("tablet")?.[0]?.now).toBe("1.00");
  expect(made?.total.figures.get("phone")?.[0]?.now).toBe("2.00");
});

test("rows without a figure come last both ways", () => {
  const rows = ["a", "b", "c"].map((key, index) => ({ key, parts: [{ field: "channel", key, label: key }], figures: new Map([[ALL_COLUMNS, [{ now: index === 1 ? null : `${index}.00`, before: undefined }]]]), children: [] }));
  expect(ordered(rows, { value: 0, column: ALL_COLUMNS, descending: true }, MONEY).map(labelOf)).toEqual(["c", "a", "b"]);
  expect(ordered(rows, { value: 0, column: ALL_COLUMNS, descending: false }, MONEY).map(labelOf)).toEqual(["a", "c", "b"]);
  expect(ordered(rows, { value: -1, column: ALL_COLUMNS, descending: true }, MONEY).map(labelOf)).toEqual(["c", "b", "a"]);
});
