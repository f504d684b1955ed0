/** Retention curves by what won the customers, and their rates beside them as the table twin. */
import { ChartPanel } from "../../charts/ChartPanel";
import { Lines, type LineSeries } from "../../charts/Lines";
import { percent } from "../../lib/format";
import type { Activity } from "../../lib/search";
import { type Column, DataTable } from "../../table/DataTable";
import { Named } from "../../ui/Mark";
import { Segmented } from "../../ui/Segmented";
import { customers } from "../cohorts/LtvPanel";
import { comparable, type RetentionLine, type RetentionTable } from "./retention";

const LINES = 7;

export const ACTIVITIES: readonly { key: Activity; label: string }[] = [{ key: "ordered", label: "Ordered" }, { key: "engaged", label: "Met" }];

interface CurvesPanelProps {
  table: RetentionTable;
  first: string;
  active: Activity;
  stale: boolean;
  onChange: (active: Activity) => void;
}

export function CurvesPanel({ table, first, active, stale, onChange }: CurvesPanelProps) {
  const shown = comparable(table).slice(0, LINES);
  const series: LineSeries[] = [...shown, { ...table.total, label: "All customers" }].map((row) => ({ key: row.key, label: row.label, colour: row.colour, dotted: row.key === "all", values: row.months }));
  const title = active === "ordered" ? `Who orders again, by ${first.toLowerCase()}` : `Who is met again, by ${first.toLowerCase()}`;
  return (
    <ChartPanel
      title={title}
      sub={active === "ordered" ? "Share of customers that ordered in the month since their first order" : "Share of customers with any touch in the month since their first order"}
      stale={stale}
      actions={<Segmented label="What counts as coming back" value={active} options={ACTIVITIES} onChange={onChange} />}
      chart={<Lines label={`${title}.`} steps={table.steps} stepsAre="Month since the first order" series={series} format={percent} />}
      table={<DataTable caption={title} columns={monthColumns(table, first)} rows={table.sources} pinned={[table.total]} rowKey={(row) => row.key} />}
    />
  );
}

function monthColumns(table: RetentionTable, first: string): Column<RetentionLine>[] {
  return [
    nameColumn(first),
    ...table.steps.map((step, month): Column<RetentionLine> => ({
      id: `m${step}`, header: `Month ${step}`, align: "end", sortBy: (row) => row.months[month] ?? null,
      cell: (row) => percent(row.months[month] ?? null), text: (row) => percent(row.months[month] ?? null),
    })),
  ];
}

function nameColumn(first: string): Column<RetentionLine> {
  return { id: "name", header: first, sortBy: (row) => row.label, cell: (row) => <Named colour={row.colour} hatched={row.hatched}>{row.label}</Named>, text: (row) => row.label };
}

/** Customers, repeat purchase rate and churn rate by what won them. */
export function RatesTable({ table, first, quietDays }: { table: RetentionTable; first: string; quietDays: number }) {
  const rate = (id: string, header: string, of: (row: RetentionLine) => number | null): Column<RetentionLine> => ({ id, header, align: "end", sortBy: of, cell: (row) => percent(of(row)), text: (row) => percent(of(row)) });
  const columns: Column<RetentionLine>[] = [
    nameColumn(first),
    { id: "customers", header: "Customers", align: "end", sortBy: (row) => row.customers, cell: (row) => customers(row.customers), text: (row) => String(row.customers) },
    rate("repeat", "Ordered again", (row) => row.repeatRate),
    rate("churn", `Quiet for ${quietDays} days`, (row) => row.churnRate),
  ];
  return <DataTable caption={`Repeat and churn rate by ${first.toLowerCase()}`} columns={columns} rows={table.sources} pinned={[table.total]} rowKey={(row) => row.key} />;
}
