/** Models that learn from all paths, those without an order included, beside the chosen rule; every figure with its interval. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { frame } from "../../api/frame";
import { calculateQuery } from "../../api/queries";
import { channelColour } from "../../lib/channels";
import { rangeText } from "../../lib/dates";
import { sum, toNumber } from "../../lib/decimal";
import { amount, currencySymbol, percent } from "../../lib/format";
import { modelLabel } from "../../lib/models";
import { type Column, DataTable } from "../../table/DataTable";
import { Named } from "../../ui/Mark";
import { Panel } from "../../ui/Panel";
import { durationsOf, type ViewState } from "../view/useView";
import { Waiting } from "../view/Waiting";
import { Band } from "./Band";
import { estimateOf, LEARNED, type LearnedRow, learnedTable, mostOf } from "./learned";

export function LearnedPanel({ state: { view, range } }: { state: ViewState }) {
  const answer = useQuery(calculateQuery({
    models: [view.model, ...LEARNED.map((model) => model.key)], by: ["channel"], intervals: true, ...durationsOf(view), from: range.from, to: range.to,
  }));
  const table = useMemo(() => (answer.data ? learnedTable(frame(answer.data), view.model) : null), [answer.data, view.model]);
  return (
    <Waiting query={answer} label="Loading models that learn" rows={7}>
      {(data) => (table === null ? null : (
        <Panel
          title="What the paths themselves say"
          sub={`In ${data.meta.currency}, ${rangeText(range)}. Models that learn from all paths, those without an order included; bands hold 95 of 100 draws.`}
          stale={answer.isPlaceholderData}
          flush
          footer={<span>{`${LEARNED.map((model) => `${model.label}: ${model.rule}`).join(" ")} Refunds are taken from their order here, on their own day above: totals may differ.`}</span>}
        >
          <DataTable
            caption="Credited revenue by channel under models that learn"
            columns={columns(table.rows, table.unattributed, view.model, data.meta.currency)}
            rows={table.rows}
            pinned={table.unattributed ? [table.unattributed] : []}
            rowKey={(row) => row.key}
            totalLabel="All revenue"
          />
        </Panel>
      ))}
    </Waiting>
  );
}

function columns(rows: readonly LearnedRow[], unattributed: LearnedRow | null, chosen: Parameters<typeof modelLabel>[0], currency: string): Column<LearnedRow>[] {
  const models = [{ key: chosen as string, label: modelLabel(chosen) }, ...LEARNED.map((model) => ({ key: model.key as string, label: model.label as string }))];
  const most = mostOf(rows, models.map((model) => model.key));
  const all = unattributed ? [...rows, unattributed] : rows;
  const total = (model: string) => amount(sum(all.map((row) => estimateOf(row, model).revenue)), currency);
  return [
    { id: "channel", header: "Channel", sortBy: (row) => row.label, text: (row) => row.label, cell: (row) => <Named colour={channelColour(row.channel)} hatched={row.channel === null}>{row.label}</Named> },
    ...models.flatMap((model): Column<LearnedRow>[] => [
      { id: model.key, header: model.label, unit: currencySymbol(currency), align: "end", startsGroup: true, sortBy: (row) => toNumber(estimateOf(row, model.key).revenue), text: (row) => amount(estimateOf(row, model.key).revenue, currency, "minor"), cell: (row) => amount(estimateOf(row, model.key).revenue, currency), total: total(model.key), totalText: total(model.key) },
      {
        id: `${model.key}-interval`, header: "95% interval", text: (row) => intervalText(row, model.key, currency),
        cell: (row) => <Band {...bounds(row, model.key)} most={most} colour={channelColour(row.channel)} currency={currency} />,
      },
    ]),
    { id: "removal", header: "Lost without it", align: "end", startsGroup: true, sortBy: (row) => row.removalEffect, text: (row) => percent(row.removalEffect), cell: (row) => percent(row.removalEffect) },
  ];
}

function bounds(row: LearnedRow, model: string) {
  const { revenue, low, high } = estimateOf(row, model);
  return { value: revenue, low, high };
}

function intervalText(row: LearnedRow, model: string, currency: string): string {
  const { low, high } = estimateOf(row, model);
  return low === null || high === null ? "" : `${amount(low, currency, "minor")} to ${amount(high, currency, "minor")}`;
}
