/** How long paths are, in steps and in time. */
import { useState } from "react";

import type { Paths } from "../../api/types";
import { BarList } from "../../charts/BarList";
import { ChartPanel } from "../../charts/ChartPanel";
import { parseDecimal, toNumber } from "../../lib/decimal";
import { amount, count, currencySymbol, percent } from "../../lib/format";
import { type Column, DataTable } from "../../table/DataTable";
import { Columns } from "../../ui/Panel";
import { Segmented } from "../../ui/Segmented";
import { lagLabel } from "./words";

interface Bucket {
  key: string;
  label: string;
  orders: number;
  revenue: string;
  lost: number | null;
}

export function DistributionPanels({ paths, stale }: { paths: Paths; stale: boolean }) {
  const [touch, setTouch] = useState<"first" | "last">("first");
  const lengths = paths.lengths.map((bucket): Bucket => ({
    key: String(bucket.steps), label: `${count(bucket.steps)}${bucket.is_open ? " or more" : ""} ${bucket.steps === 1 ? "step" : "steps"}`, orders: bucket.conversions, revenue: bucket.revenue, lost: bucket.not_converted,
  }));
  const lags = (touch === "first" ? paths.lag_of_first : paths.lag_of_last).map((bucket): Bucket => ({
    key: String(bucket.from_seconds), label: lagLabel(bucket.from_seconds, bucket.until_seconds), orders: bucket.conversions, revenue: bucket.revenue, lost: null,
  }));
  const words = touch === "first" ? "first" : "last";
  return (
    <Columns kind="1-1">
      <ChartPanel
        title={lengthTitle(paths)}
        sub="Orders by the number of steps of their path"
        stale={stale}
        chart={<BarList label="Orders by number of steps" rows={bars(lengths, paths.summary.attributed_conversions)} />}
        table={<DataTable caption="Orders by number of steps" columns={columns("Steps", paths, true)} rows={lengths} rowKey={(bucket) => bucket.key} totalLabel="All with a touch" />}
      />
      <ChartPanel
        title={lagTitle(lags, paths.summary.attributed_conversions, words)}
        sub={`Orders by the time since their ${words} touch`}
        stale={stale}
        actions={<Segmented label="Time since" value={touch} options={[{ key: "first", label: "First touch" }, { key: "last", label: "Last touch" }]} onChange={setTouch} />}
        chart={<BarList label={`Orders by time since the ${words} touch`} rows={bars(lags, paths.summary.attributed_conversions)} />}
        table={<DataTable caption={`Orders by time since the ${words} touch`} columns={columns("Time", paths, false)} rows={lags} rowKey={(bucket) => bucket.key} totalLabel="All with a touch" />}
      />
    </Columns>
  );
}

function bars(buckets: readonly Bucket[], all: number) {
  return buckets.map((bucket) => ({ key: bucket.key, label: bucket.label, value: bucket.orders, text: `${count(bucket.orders)} · ${percent(all === 0 ? null : bucket.orders / all)}` }));
}

function lengthTitle({ lengths, summary }: Paths): string {
  const most = [...lengths].sort((a, b) => b.conversions - a.conversions)[0];
  if (!most || most.conversions === 0) return "Path length";
  return `${percent(most.conversions / summary.attributed_conversions)} of orders take ${count(most.steps)}${most.is_open ? " or more" : ""} ${most.steps === 1 ? "step" : "steps"}`;
}

/** By when half of the orders have come. */
function lagTitle(lags: readonly Bucket[], all: number, words: string): string {
  let seen = 0;
  for (const bucket of lags) {
    seen += bucket.orders;
    if (all > 0 && seen * 2 >= all) return `Half of the orders come within ${bucket.label.replace(/^.* to /, "").replace("under ", "").replace(" or more", "")}${bucket.label.endsWith("or more") ? " or more" : ""} of the ${words} touch`;
  }
  return "Time to order";
}

function columns(header: string, paths: Paths, withLost: boolean): Column<Bucket>[] {
  const { currency, summary } = paths;
  const revenue = (bucket: Bucket) => parseDecimal(bucket.revenue);
  const total = amount(parseDecimal(summary.attributed_revenue), currency);
  const all: Column<Bucket>[] = [
    { id: "bucket", header, cell: (bucket) => bucket.label, text: (bucket) => bucket.label },
    { id: "orders", header: "Orders", align: "end", sortBy: (bucket) => bucket.orders, cell: (bucket) => count(bucket.orders), text: (bucket) => count(bucket.orders), total: count(summary.attributed_conversions), totalText: count(summary.attributed_conversions) },
    { id: "revenue", header: "Revenue, net", unit: currencySymbol(currency), align: "end", sortBy: (bucket) => toNumber(revenue(bucket)), cell: (bucket) => amount(revenue(bucket), currency), text: (bucket) => amount(revenue(bucket), currency), total, totalText: total },
  ];
  if (withLost) all.push({ id: "lost", header: "No order", align: "end", sortBy: (bucket) => bucket.lost, cell: (bucket) => count(bucket.lost), text: (bucket) => count(bucket.lost), total: count(summary.not_converted), totalText: count(summary.not_converted) });
  return all;
}
