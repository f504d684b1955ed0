import { ChartPanel } from "../../charts/ChartPanel";
import { Slope, type SlopeSeries } from "../../charts/Slope";
import { channelColour } from "../../lib/channels";
import { toNumber } from "../../lib/decimal";
import { amount, compact, currencySymbol } from "../../lib/format";
import { type Model, modelLabel } from "../../lib/models";
import { type Column, DataTable } from "../../table/DataTable";
import { Named } from "../../ui/Mark";
import { type CreditRow, creditOf, type CreditTable } from "./credit";

/** From the rule that favours the beginning to the rule that favours the end. */
const AXES: readonly Model[] = ["first_touch", "position_based", "linear", "time_decay", "last_touch"];
const LINES = 8;
const LONGEST = 28;

interface SlopePanelProps {
  table: CreditTable;
  model: Model;
  title: string;
  currency: string;
  stale: boolean;
}

export function SlopePanel({ table, model, title, currency, stale }: SlopePanelProps) {
  const rows = [...table.rows].sort((a, b) => toNumber(creditOf(b, model).revenue - creditOf(a, model).revenue)).slice(0, LINES);
  const left = table.rows.length - rows.length;
  const series: SlopeSeries[] = rows.map((row) => ({ key: row.key, label: row.label.length > LONGEST ? `${row.label.slice(0, LONGEST - 1)}…` : row.label, colour: channelColour(row.channel), values: AXES.map((axis) => toNumber(creditOf(row, axis).revenue)) }));
  const symbol = currencySymbol(currency);
  const columns: Column<CreditRow>[] = [
    { id: "name", header: "Credited to", sortBy: (row) => row.label, cell: (row) => <Named colour={channelColour(row.channel)}>{row.label}</Named>, text: (row) => row.label },
    ...AXES.map((axis): Column<CreditRow> => ({
      id: axis, header: modelLabel(axis), unit: symbol, align: "end", strong: axis === model, sortBy: (row) => toNumber(creditOf(row, axis).revenue),
      cell: (row) => amount(creditOf(row, axis).revenue, currency), text: (row) => amount(creditOf(row, axis).revenue, currency, "minor"),
    })),
  ];
  return (
    <ChartPanel
      title="How credit moves between models"
      sub={`Credited revenue in ${currency}, from the rule that favours the first touch to the one that favours the last${left > 0 ? `. The ${LINES} largest of ${table.rows.length}` : ""}`}
      stale={stale}
      chart={<Slope label={`${title}.`} axes={AXES.map((axis) => ({ key: axis, label: modelLabel(axis), strong: axis === model }))} series={series} format={compact} />}
      table={<DataTable caption="Credited revenue by model" columns={columns} rows={rows} rowKey={(row) => row.key} />}
    />
  );
}
