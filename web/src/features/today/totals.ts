/** The headline figures of a period, as read from an answer. */
import type { FrameRow } from "../../api/frame";
import type { Micros } from "../../lib/decimal";
import type { Model } from "../../lib/models";

export interface Totals {
  spend: Micros | null;
  revenue: Micros | null;
  orders: number | null;
  newCustomers: number | null;
  mer: number | null;
  roas: number | null;
  cac: Micros | null;
  aov: Micros | null;
}

export function headlineMetrics(model: Model): string[] {
  return ["spend", "revenue", "orders", "new_customers", "mer", `roas{${model}}`, "cac", "aov"];
}

export function readTotals(row: FrameRow, model: Model): Totals {
  return {
    spend: row.money("spend"),
    revenue: row.money("revenue"),
    orders: row.number("orders"),
    newCustomers: row.number("new_customers"),
    mer: row.number("mer"),
    roas: row.number(`roas{${model}}`),
    cac: row.money("cac"),
    aov: row.money("aov"),
  };
}
