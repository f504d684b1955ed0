/** Lifetime value by row and month since the first order, shaded; behind it, apart, what is predicted. */
import { ChartPanel } from "../../charts/ChartPanel";
import { toNumber } from "../../lib/decimal";
import { amount, count, currencySymbol, fixed, NOTHING } from "../../lib/format";
import { type Column, DataTable } from "../../table/DataTable";
import { type HeatRow, HeatTable } from "../../table/HeatTable";
import { Named } from "../../ui/Mark";
import type { CohortLine, CohortTable } from "./cohorts";

interface LtvPanelProps {
  title: string;
  /** Head of the names: "Channel", "First order". */
  first: string;
  rows: readonly CohortLine[];
  table: CohortTable;
  currency: string;
  hasColours: boolean;
  stale: boolean;
  footer?: string;
}

export function customers(value: number): string {
  return Number.isInteger(value) ? count(value) : fixed(value, 1);
}

export function LtvPanel({ title, first, rows, table, currency, hasColours, stale, footer }: LtvPanelProps) {
  const symbol = currencySymbol(currency);
  const all = [...rows, { ...table.total, key: "total" }];
  const shown = (row: CohortLine) => (hasColours && row.key !== "total" ? <Named colour={row.colour} hatched={row.hatched}>{row.label}</Named> : row.label);
  const paid = (row: CohortLine) => (row.payback === null ? NOTHING : `month ${row.payback}`);
  const heat: HeatRow[] = all.map((row) => ({
    key: row.key, name: shown(row), total: row.key === "total",
    lead: [customers(row.customers), amount(row.cac, currency, "minor")],
    cells: row.months.map((ltv) => (ltv === null ? null : { value: toNumber(ltv), text: amount(ltv, currency) })),
    tail: [paid(row), amount(row.ltv, currency, "minor"), amount(row.predicted, currency, "minor")],
  }));
  const money = (id: string, header: string, of: (row: CohortLine) => bigint | null, digits: "whole" | "minor" = "minor"): Column<CohortLine> => ({
    id, header, unit: symbol, align: "end",
    sortBy: (row) => { const value = of(row); return value === null ? null : toNumber(value); },
    cell: (row) => amount(of(row), currency, digits), text: (row) => amount(of(row), currency, "minor"),
  });
  const columns: Column<CohortLine>[] = [
    { id: "name", header: first, sortBy: (row) => (hasColours ? row.label : row.key), cell: shown, text: (row) => row.label },
    { id: "customers", header: "Customers", align: "end", sortBy: (row) => row.customers, cell: (row) => customers(row.customers), text: (row) => String(row.customers) },
    money("revenue", "Revenue to date", (row) => row.revenue, "whole"),
    money("spend", "Spend", (row) => row.spend, "whole"),
    money("cac", "Cost a customer", (row) => row.cac),
    { id: "payback", header: "Paid back in", align: "end", sortBy: (row) => row.payback, cell: paid, text: paid },
    ...table.steps.map((step, month) => money(`m${step}`, `Month ${step}`, (row: CohortLine) => row.months[month] ?? null)),
    money("ltv", "To date", (row) => row.ltv),
    money("next", "Next 12 months, predicted", (row) => row.next),
    money("predicted", "To date and next 12 months, predicted", (row) => row.predicted),
  ];
  return (
    <ChartPanel
      title={title}
      sub={`Revenue per customer in ${currency}, refunds deducted, from the first order to the end of each month after it. Hatched: not over yet for every customer. Predicted: to date and the next twelve months`}
      stale={stale}
      footer={footer}
      chart={
        <HeatTable
          caption={title} first={first} lead={["Customers", `Cost each ${symbol}`]} stepsAre="Month" steps={table.steps}
          tail={[{ header: "Paid back" }, { header: `To date ${symbol}` }, { header: `Predicted ${symbol}`, predicted: true }]} rows={heat}
        />
      }
      table={<DataTable caption={title} columns={columns} rows={rows} pinned={all.slice(-1)} rowKey={(row) => row.key} />}
    />
  );
}
