/** The headline figures of a period, as read from an answer. */
import type { FrameRow } from "../../api/frame";
import type { Micros } from "../../lib/decimal";
import type { Model } from "../../lib/models";

export interface Totals {
  spend: Micros | null;
  revenue: Micros | null;
  /** Before refunds. */
  gross: Micros | null;
  refunds: Micros | null;
  /** Of orders alone, before refunds. */
  orderRevenue: Micros | null;
  /** Credited to channels that have spend. */
  paidRevenue: Micros | null;
  orders: number | null;
  /** Orders and other counted conversions. */
  conversions: number | null;
  newCustomers: number | null;
  mer: number | null;
  roas: number | null;
  cac: Micros | null;
  aov: Micros | null;
}

export function headlineMetrics(model: Model): string[] {
  return [
    "spend", "revenue", "gross_revenue", "refunds", "order_revenue", `paid_revenue{${model}}`, "orders", "conversions", "new_customers", "mer", `paid_roas{${model}}`,
    "cac", "aov",
  ];
}

export function readTotals(row: FrameRow, model: Model): Totals {
  return {
    spend: row.money("spend"),
    revenue: row.money("revenue"),
    gross: row.money("gross_revenue"),
    refunds: row.money("refunds"),
    orderRevenue: row.money("order_revenue"),
    paidRevenue: row.money(`paid_revenue{${model}}`),
    orders: row.number("orders"),
    conversions: row.number("conversions"),
    newCustomers: row.number("new_customers"),
    mer: row.number("mer"),
    roas: row.number(`paid_roas{${model}}`),
    cac: row.money("cac"),
    aov: row.money("aov"),
  };
}

/** A shop sells by orders; other data knows conversions only. */
export function countsOrders(totals: Totals): boolean {
  return (totals.orders ?? 0) > 0 || (totals.conversions ?? 0) === 0;
}
