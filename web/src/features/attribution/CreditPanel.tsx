/** The models side by side. Unattributed stays above the total; every column adds up to the same revenue. */
import { useLocation } from "@tanstack/react-router";
import { useState } from "react";

import type { ResultMeta } from "../../api/types";
import { channelColour } from "../../lib/channels";
import { type DateRange, rangeText } from "../../lib/dates";
import { divide, toNumber } from "../../lib/decimal";
import { amount, count, currencySymbol, money, NOTHING, percent, ratio } from "../../lib/format";
import { type Model, MODELS } from "../../lib/models";
import type { Shown, View } from "../../lib/search";
import { type Column, DataTable } from "../../table/DataTable";
import { Button } from "../../ui/Button";
import { Named, Tag } from "../../ui/Mark";
import { FigureButton } from "../../ui/Card";
import { Panel } from "../../ui/Panel";
import { Segmented } from "../../ui/Segmented";
import { addsUp, type CreditRow, creditOf, type CreditTable, shownValue } from "./credit";
import { CreditCard } from "./CreditCard";

interface CreditPanelProps {
  table: CreditTable;
  view: View;
  shownBy: "channel" | "campaign";
  range: DateRange;
  meta: ResultMeta;
  stale: boolean;
  onChange: (change: Partial<View>) => void;
}

const FIRST_ROWS = 20;
const SHOWN: readonly { key: Shown; label: string }[] = [{ key: "revenue", label: "Revenue" }, { key: "orders", label: "Orders" }, { key: "share", label: "Share" }, { key: "roas", label: "ROAS" }];
const TITLES: Record<Shown, string> = { revenue: "Credited revenue", orders: "Credited orders", share: "Share of revenue", roas: "ROAS" };

export function CreditPanel({ table, view, shownBy, range, meta, stale, onChange }: CreditPanelProps) {
  const [all, setAll] = useState(false);
  const currency = meta.currency;
  const ordered = [...table.rows].sort((a, b) => toNumber(creditOf(b, view.model).revenue - creditOf(a, view.model).revenue));
  // A link from the palette points to a campaign; its row is shown even beyond the first ones.
  const hash = useLocation({ select: (location) => location.hash });
  const pointedAt = hash === "" ? null : (ordered.find((row) => row.key.endsWith(`|${hash}`))?.key ?? null);
  const isBeyond = ordered.findIndex((row) => row.key === pointedAt) >= FIRST_ROWS;
  const rows = all || isBeyond ? ordered : ordered.slice(0, FIRST_ROWS);
  const hidden = ordered.length - rows.length;
  return (
    <Panel
      title={`${TITLES[view.show]} by ${shownBy} and model`}
      sub={`${view.show === "revenue" ? `In ${currency}, ` : ""}${rangeText(range)}. Select a figure to see how it was made.`}
      stale={stale}
      flush
      actions={
        <>
          <Segmented label="Broken down by" value={view.by} options={[{ key: "channel", label: "Channels" }, { key: "campaign", label: "Campaigns" }]} onChange={(by) => onChange({ by })} />
          <Segmented label="Shown figure" value={view.show} options={SHOWN} onChange={(show) => onChange({ show })} />
        </>
      }
      footer={
        <>
          <span>{addsUp(table) ? `Each model hands out the same ${money(table.totals.get(view.model)?.revenue ?? 0n, currency)}, to the cent.` : "The models’ totals differ: report this."}</span>
          {hidden > 0 ? <Button size="small" onPress={() => setAll(true)}>{`Show ${hidden} more`}</Button> : null}
          <span style={{ marginLeft: "auto" }}>{`${table.rows.length} ${shownBy === "channel" ? "channels" : "rows"} · Ctrl C copies the table`}</span>
        </>
      }
    >
      <DataTable
        key={`${shownBy} ${view.show}`}
        caption={`${TITLES[view.show]} by ${shownBy} and model`}
        columns={columns(table, view, shownBy, meta)}
        rows={rows}
        pinned={table.unattributed ? [table.unattributed] : []}
        rowKey={(row) => row.key}
        pointedAt={pointedAt}
        totalLabel="All revenue"
      />
    </Panel>
  );
}

function columns(table: CreditTable, view: View, shownBy: "channel" | "campaign", meta: ResultMeta): Column<CreditRow>[] {
  const currency = meta.currency;
  const symbol = currencySymbol(currency);
  const chosen = view.model;
  const plain = (value: bigint | null) => (value === null ? null : toNumber(value));
  const written = (row: CreditRow, model: Model) => {
    const value = shownValue(row, model, view.show, table);
    switch (view.show) {
      case "revenue": return amount(creditOf(row, model).revenue, currency);
      case "orders": return count(value);
      case "share": return percent(value);
      case "roas": return ratio(value);
    }
  };
  const total = (model: Model) => {
    const sums = table.totals.get(model) ?? { revenue: 0n, orders: 0 };
    switch (view.show) {
      case "revenue": return amount(sums.revenue, currency);
      case "orders": return count(sums.orders);
      case "share": return sums.revenue === 0n ? NOTHING : "100.0%";
      case "roas": return ratio(divide(sums.revenue, table.spend));
    }
  };
  const full = (row: CreditRow, model: Model) => (view.show === "revenue" ? amount(creditOf(row, model).revenue, currency, "minor") : written(row, model));
  const roas = (row: CreditRow) => (row.spend === null || row.spend === 0n ? null : divide(creditOf(row, chosen).revenue, row.spend));
  const perOrder = (row: CreditRow) => (row.spend === null || row.spend === 0n || creditOf(row, chosen).orders === 0 ? null : toNumber(row.spend) / creditOf(row, chosen).orders);
  const inOrders = view.show === "orders";
  const claimed = (row: CreditRow) => (inOrders ? row.platformOrders : plain(row.platformRevenue));
  const claimedText = (row: CreditRow) => (inOrders ? count(row.platformOrders) : amount(row.platformRevenue, currency));
  const difference = (row: CreditRow) => {
    const claim = claimed(row);
    return claim === null ? null : (inOrders ? creditOf(row, chosen).orders : toNumber(creditOf(row, chosen).revenue)) - claim;
  };
  const revenueDifference = (row: CreditRow) => (row.platformRevenue === null ? null : creditOf(row, chosen).revenue - row.platformRevenue);
  const differenceText = (row: CreditRow) => (inOrders ? count(difference(row)) : amount(revenueDifference(row), currency));
  return [
    {
      id: "name", header: shownBy === "channel" ? "Channel" : "Campaign", sortBy: (row) => row.label, text: (row) => row.label,
      cell: (row) => <Named colour={channelColour(row.channel)} hatched={row.channel === null}><span title={row.label}>{row.label}</span></Named>,
    },
    { id: "spend", header: "Spend", unit: symbol, align: "end", sortBy: (row) => plain(row.spend), cell: (row) => <span className={row.spend === null ? "muted" : undefined}>{amount(row.spend, currency)}</span>, text: (row) => amount(row.spend, currency, "minor"), total: amount(table.spend, currency), totalText: amount(table.spend, currency, "minor") },
    ...MODELS.map((model): Column<CreditRow> => ({
      id: model.key, header: model.label, align: "end", strong: model.key === chosen,
      ...(view.show === "revenue" ? { unit: symbol } : {}),
      sortBy: (row) => shownValue(row, model.key, view.show, table),
      cell: (row) => (
        <FigureButton label={`${row.label}, ${model.label}`} card={() => <CreditCard row={row} model={model.key} table={table} view={view} meta={meta} />}>{written(row, model.key)}</FigureButton>
      ),
      text: (row) => full(row, model.key), total: <span data-total={model.key}>{total(model.key)}</span>, totalText: total(model.key),
    })),
    inOrders
      ? { id: "cost", header: "Cost per order", unit: symbol, align: "end", startsGroup: true, sortBy: perOrder, cell: (row) => count(perOrder(row)), text: (row) => count(perOrder(row)), total: NOTHING }
      : { id: "chosen-roas", header: "ROAS", align: "end", startsGroup: true, sortBy: roas, cell: (row) => ratio(roas(row)), text: (row) => ratio(roas(row)), total: ratio(divide(table.totals.get(chosen)?.revenue ?? 0n, table.spend)), totalText: ratio(divide(table.totals.get(chosen)?.revenue ?? 0n, table.spend)) },
    { id: "claimed", header: "Platform says", align: "end", startsGroup: true, sortBy: claimed, cell: (row) => <span className="muted">{claimedText(row)}</span>, text: claimedText, total: <Tag title="Platforms claim the same orders, so their counts are never added up">not added up</Tag>, totalText: "not added up" },
    { id: "difference", header: "Difference", align: "end", sortBy: difference, cell: (row) => <span className="sec">{differenceText(row)}</span>, text: differenceText, total: "" },
  ];
}
