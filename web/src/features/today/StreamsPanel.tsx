import { ChartPanel } from "../../charts/ChartPanel";
import { Streams } from "../../charts/Streams";
import { channelColour, channelLabel } from "../../lib/channels";
import { divide, toNumber } from "../../lib/decimal";
import { amount, compactMoney, currencySymbol, money, plural, ratio } from "../../lib/format";
import { type Model, modelLabel } from "../../lib/models";
import { type Column, DataTable } from "../../table/DataTable";
import { Named } from "../../ui/Mark";
import type { ChannelFlow } from "./channels";
import { countsOrders, type Totals } from "./totals";

interface StreamsPanelProps {
  flows: readonly ChannelFlow[];
  totals: Totals;
  model: Model;
  windowDays: number;
  currency: string;
  stale: boolean;
}

export function StreamsPanel({ flows, totals, model, windowDays, currency, stale }: StreamsPanelProps) {
  const narrow = matchMedia("(max-width: 720px)").matches;
  const written = (value: bigint | null) => (narrow ? compactMoney(value === null ? null : toNumber(value), currency) : money(value, currency));
  const largest = flows.find((flow) => flow.channel !== null);
  const sentence = `Streams from spend to ${money(totals.revenue, currency)} of revenue.${largest ? ` The widest is ${channelLabel(largest.channel)} with ${money(largest.revenue, currency)}.` : ""}`;
  return (
    <ChartPanel
      title={`Where ${money(totals.revenue, currency)} of revenue came from`}
      sub={`Each stream starts as wide as its spend and ends as wide as the revenue credited to it. ${modelLabel(model)}, ${windowDays}-day window.`}
      stale={stale}
      chart={
        <Streams
          label={sentence}
          streams={flows.map((flow) => ({
            key: flow.channel ?? "unattributed",
            label: channelLabel(flow.channel),
            colour: channelColour(flow.channel),
            hatched: flow.channel === null,
            spend: flow.spend === null ? null : toNumber(flow.spend),
            revenue: toNumber(flow.revenue),
            spendText: written(flow.spend),
            revenueText: written(flow.revenue),
          }))}
          summary={{
            caption: "All revenue",
            figure: money(totals.revenue, currency),
            lines: [countsOrders(totals) ? plural(totals.orders ?? 0, "order") : plural(totals.conversions ?? 0, "conversion"), `${ratio(totals.mer)} of ${money(totals.spend, currency)} spent`],
          }}
        />
      }
      table={<FlowTable flows={flows} totals={totals} currency={currency} />}
    />
  );
}

function FlowTable({ flows, totals, currency }: { flows: readonly ChannelFlow[]; totals: Totals; currency: string }) {
  const symbol = currencySymbol(currency);
  const columns: Column<ChannelFlow>[] = [
    { id: "channel", header: "Channel", cell: (flow) => <Named colour={channelColour(flow.channel)} hatched={flow.channel === null}>{channelLabel(flow.channel)}</Named>, text: (flow) => channelLabel(flow.channel), sortBy: (flow) => channelLabel(flow.channel) },
    { id: "spend", header: "Spend", unit: symbol, align: "end", cell: (flow) => amount(flow.spend, currency), text: (flow) => amount(flow.spend, currency, "minor"), sortBy: (flow) => (flow.spend === null ? null : toNumber(flow.spend)), total: amount(totals.spend, currency), totalText: amount(totals.spend, currency, "minor") },
    { id: "revenue", header: "Credited revenue", unit: symbol, align: "end", cell: (flow) => amount(flow.revenue, currency), text: (flow) => amount(flow.revenue, currency, "minor"), sortBy: (flow) => toNumber(flow.revenue), total: amount(totals.revenue, currency), totalText: amount(totals.revenue, currency, "minor"), strong: true },
    { id: "roas", header: "ROAS", align: "end", startsGroup: true, cell: (flow) => ratio(divide(flow.revenue, flow.spend)), text: (flow) => ratio(divide(flow.revenue, flow.spend)), sortBy: (flow) => divide(flow.revenue, flow.spend), total: ratio(totals.mer), totalText: ratio(totals.mer) },
  ];
  return (
    <DataTable
      caption="Spend and credited revenue by channel"
      columns={columns}
      rows={flows.filter((flow) => flow.channel !== null)}
      pinned={flows.filter((flow) => flow.channel === null)}
      rowKey={(flow) => flow.channel ?? "unattributed"}
      totalLabel="All revenue"
    />
  );
}
