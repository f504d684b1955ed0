import { ChartPanel } from "../../charts/ChartPanel";
import { Waterfall, type WaterfallBar } from "../../charts/Waterfall";
import type { BarKind, ReconciliationBar } from "../../api/types";
import { amount, compact, currencySymbol, fixed } from "../../lib/format";
import { type Column, DataTable } from "../../table/DataTable";
import { BAR_LABELS, BAR_REASONS, isNothing, length, revenueOf } from "./words";

interface WaterfallPanelProps {
  title: string;
  sub: string;
  bars: readonly ReconciliationBar[];
  colour: string;
  currency: string;
  stale: boolean;
  footer?: string;
  /** Of one platform: its levels need no word for whose they are. */
  isOfOne?: boolean;
}

const HATCHED: readonly BarKind[] = ["unknown_orders", "unexplained", "unattributed"];

/** Steps that are nothing are left out of the chart; the table has them all. */
export function WaterfallPanel({ title, sub, bars, colour, currency, stale, footer, isOfOne = false }: WaterfallPanelProps) {
  const labels = isOfOne ? { ...BAR_LABELS, claimed: "Claimed", attributed: "Credited" } : BAR_LABELS;
  const drawn: WaterfallBar[] = bars.filter((bar) => bar.is_level || !isNothing(bar)).map((bar) => ({
    key: bar.kind, label: labels[bar.kind], value: length(bar), isLevel: bar.is_level, isHatched: HATCHED.includes(bar.kind),
  }));
  const columns: Column<ReconciliationBar>[] = [
    { id: "bar", header: "From claims to credit", cell: (bar) => (bar.is_level ? <b>{labels[bar.kind]}</b> : labels[bar.kind]), text: (bar) => labels[bar.kind] },
    { id: "revenue", header: "Revenue", unit: currencySymbol(currency), align: "end", cell: (bar) => amount(revenueOf(bar), currency, "minor"), text: (bar) => amount(revenueOf(bar), currency, "minor") },
    { id: "conversions", header: "Conversions", align: "end", cell: (bar) => fixed(bar.conversions, 2), text: (bar) => fixed(bar.conversions, 2) },
    { id: "why", header: "What it is", startsGroup: true, cell: (bar) => <span className="muted">{BAR_REASONS[bar.kind]}</span>, text: (bar) => BAR_REASONS[bar.kind] },
  ];
  return (
    <ChartPanel
      title={title}
      sub={sub}
      stale={stale}
      chart={<Waterfall bars={drawn} colour={colour} label={`${title}.`} format={compact} />}
      table={<DataTable caption={title} columns={columns} rows={bars} rowKey={(bar) => bar.kind} />}
      footer={footer ? <span>{footer}</span> : undefined}
    />
  );
}
