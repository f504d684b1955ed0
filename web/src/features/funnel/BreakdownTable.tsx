/** The steps of every channel, campaign, country or device. */
import type { FunnelRow, FunnelStep, MarketingFunnel } from "../../api/types";
import { channelColour } from "../../lib/channels";
import { amount, count, currencySymbol, percent } from "../../lib/format";
import { parseDecimal } from "../../lib/decimal";
import type { Split } from "../../lib/search";
import { type Column, DataTable } from "../../table/DataTable";
import { Named } from "../../ui/Mark";
import { numberOf, rowLabel, STEP_LABELS, step } from "./steps";

const COUNTS = ["impressions", "clicks", "visits", "leads", "orders"] as const;
const RATES: readonly { step: FunnelStep; header: string }[] = [
  { step: "clicks", header: "Clicks by impressions" },
  { step: "visits", header: "Visits by clicks" },
  { step: "leads", header: "Leads by visits" },
  { step: "orders", header: "Orders by visits" },
];

export function BreakdownTable({ funnel, split, header }: { funnel: MarketingFunnel; split: Split; header: string }) {
  const name = (row: FunnelRow) => rowLabel(row, split);
  const money = (row: FunnelRow, of: "value" | "rate") => {
    const cell = step(row, "revenue")?.[of];
    return amount(typeof cell === "string" ? parseDecimal(cell) : null, funnel.currency, of === "rate" ? "minor" : "whole");
  };
  const columns: Column<FunnelRow>[] = [
    {
      id: "name", header, sortBy: name, text: name,
      cell: (row) => (split === "channel" ? <Named colour={channelColour(row.key)} hatched={row.key === null}>{name(row)}</Named> : name(row)),
    },
    ...COUNTS.map((key): Column<FunnelRow> => {
      const value = (row: FunnelRow) => numberOf(step(row, key)?.value ?? null);
      return { id: key, header: STEP_LABELS[key], align: "end", sortBy: value, cell: (row) => count(value(row)), text: (row) => count(value(row)), total: count(value(funnel.total)), totalText: count(value(funnel.total)) };
    }),
    {
      id: "revenue", header: "Revenue", unit: currencySymbol(funnel.currency), align: "end", sortBy: (row) => numberOf(step(row, "revenue")?.value ?? null),
      cell: (row) => money(row, "value"), text: (row) => money(row, "value"), total: money(funnel.total, "value"), totalText: money(funnel.total, "value"), strong: true,
    },
    ...RATES.map((rate, index): Column<FunnelRow> => {
      const value = (row: FunnelRow) => numberOf(step(row, rate.step)?.rate ?? null);
      return { id: `rate-${rate.step}`, header: rate.header, align: "end", startsGroup: index === 0, sortBy: value, cell: (row) => percent(value(row)), text: (row) => percent(value(row)), total: percent(value(funnel.total)), totalText: percent(value(funnel.total)) };
    }),
    {
      id: "average", header: "Revenue an order", unit: currencySymbol(funnel.currency), align: "end", sortBy: (row) => numberOf(step(row, "revenue")?.rate ?? null),
      cell: (row) => money(row, "rate"), text: (row) => money(row, "rate"), total: money(funnel.total, "rate"), totalText: money(funnel.total, "rate"),
    },
  ];
  const known = funnel.rows.filter((row) => row.key !== null);
  const pinned = [...(funnel.others ? [{ ...funnel.others, key: "others", name: "All others" }] : []), ...funnel.rows.filter((row) => row.key === null)];
  return <DataTable caption={`Funnel by ${header.toLowerCase()}`} columns={columns} rows={known} pinned={pinned} rowKey={(row) => row.key ?? ""} initialSort={{ id: "revenue", descending: true }} totalLabel="Total" />;
}
