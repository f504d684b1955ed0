/** When customers have brought what they cost: revenue per customer as a multiple of the cost, with the line at which it is paid back. */
import { ChartPanel } from "../../charts/ChartPanel";
import { Lines, type LineSeries } from "../../charts/Lines";
import { amount, currencySymbol, NOTHING, ratio } from "../../lib/format";
import { type Column, DataTable } from "../../table/DataTable";
import { Named } from "../../ui/Mark";
import { Empty } from "../../ui/State";
import { type CohortLine, type CohortTable, payback } from "./cohorts";

const LINES = 8;
/** What brings this many times its cost at once would flatten every other line. It is told in words, and stands in the table. */
const FAR_ABOVE = 5;

export function PaybackPanel({ table, first, currency, stale }: { table: CohortTable; first: string; currency: string; stale: boolean }) {
  const rows = table.sources.filter((row) => payback(row).some((multiple) => multiple !== null)).slice(0, LINES);
  const [drawn, above] = [rows.filter((row) => (payback(row)[0] ?? 0) < FAR_ABOVE), rows.filter((row) => (payback(row)[0] ?? 0) >= FAR_ABOVE)];
  const series: LineSeries[] = drawn.map((row) => ({ key: row.key, label: row.label, colour: row.colour, values: payback(row) }));
  const late = rows.filter((row) => row.payback === null).map((row) => row.label);
  const finding = late.length === 0 ? "Every source with a cost has paid back." : `Not paid back yet: ${late.join(", ")}.`;
  const columns: Column<CohortLine>[] = [
    { id: "name", header: first, sortBy: (row) => row.label, cell: (row) => <Named colour={row.colour}>{row.label}</Named>, text: (row) => row.label },
    { id: "cac", header: "Cost a customer", unit: currencySymbol(currency), align: "end", cell: (row) => amount(row.cac, currency, "minor"), text: (row) => amount(row.cac, currency, "minor") },
    ...table.steps.map((step, month): Column<CohortLine> => ({
      id: `m${step}`, header: `Month ${step}`, align: "end", sortBy: (row) => payback(row)[month] ?? null,
      cell: (row) => ratio(payback(row)[month] ?? null), text: (row) => ratio(payback(row)[month] ?? null),
    })),
    { id: "paid", header: "Paid back in", align: "end", sortBy: (row) => row.payback, cell: (row) => (row.payback === null ? NOTHING : `month ${row.payback}`), text: (row) => (row.payback === null ? "" : String(row.payback)) },
  ];
  return (
    <ChartPanel
      title="When customers have paid back what they cost"
      sub="Revenue per customer ÷ cost per customer, by month since the first order. Revenue, not margin"
      stale={stale}
      footer={above.length === 0 ? undefined : `Far above the chart: ${above.map((row) => `${row.label}, ${ratio(payback(row)[0] ?? null)} in month 0`).join("; ")}.`}
      chart={drawn.length === 0
        ? <Empty title={above.length === 0 ? "No source has a cost" : "Every source is far above its cost"} why={above.length === 0 ? "Import the spend of your ad platforms to see when customers have paid it back." : "The table has the multiples by month."} />
        : <Lines label={finding} steps={table.steps} stepsAre="Month since the first order" series={series} mark={{ value: 1, label: "Paid back" }} format={ratio} />}
      table={<DataTable caption="Revenue per customer as a multiple of cost" columns={columns} rows={rows} rowKey={(row) => row.key} />}
    />
  );
}
