/** The triangle: cohorts down, months across, the share that came back in each cell. */
import { ChartPanel } from "../../charts/ChartPanel";
import { percent } from "../../lib/format";
import type { Activity } from "../../lib/search";
import { type Column, DataTable } from "../../table/DataTable";
import { HeatTable } from "../../table/HeatTable";
import { customers } from "../cohorts/LtvPanel";
import type { RetentionLine, RetentionTable } from "./retention";

export function TrianglePanel({ table, grain, active, stale }: { table: RetentionTable; grain: string; active: Activity; stale: boolean }) {
  const title = `Retention by ${grain} of the first order`;
  const all = [...table.cohorts, { ...table.total, key: "total" }];
  const rate = (id: string, header: string, of: (row: RetentionLine) => number | null): Column<RetentionLine> => ({ id, header, align: "end", sortBy: of, cell: (row) => percent(of(row)), text: (row) => percent(of(row)) });
  const columns: Column<RetentionLine>[] = [
    { id: "name", header: "First order", sortBy: (row) => row.key, cell: (row) => row.label, text: (row) => row.label },
    { id: "customers", header: "Customers", align: "end", sortBy: (row) => row.customers, cell: (row) => customers(row.customers), text: (row) => String(row.customers) },
    rate("repeat", "Ordered again", (row) => row.repeatRate),
    rate("churn", "Churned", (row) => row.churnRate),
    ...table.steps.map((step, month) => rate(`m${step}`, `Month ${step}`, (row) => row.months[month] ?? null)),
  ];
  return (
    <ChartPanel
      title={title}
      sub={`Share of the cohort that ${active === "ordered" ? "ordered" : "was met"} in each month since the first order. Hatched: not over yet for every customer`}
      stale={stale}
      chart={
        <HeatTable
          caption={title} first="First order" lead={["Customers"]} stepsAre="Month" steps={table.steps} tail={[{ header: "Ordered again" }, { header: "Churned" }]}
          rows={all.map((row) => ({
            key: row.key, name: row.label, total: row.key === "total", lead: [customers(row.customers)],
            cells: row.months.map((share) => (share === null ? null : { value: share, text: percent(share) })), tail: [percent(row.repeatRate), percent(row.churnRate)],
          }))}
        />
      }
      table={<DataTable caption={title} columns={columns} rows={table.cohorts} pinned={all.slice(-1)} rowKey={(row) => row.key} />}
    />
  );
}
