import { useMemo } from "react";

import type { Frame } from "../../api/frame";
import { Sparkline } from "../../charts/Sparkline";
import { absoluteChange, relativeChange } from "../../lib/change";
import { channelColour, channelLabel } from "../../lib/channels";
import { type DateRange, eachDay, rangeText } from "../../lib/dates";
import { type Micros, toNumber } from "../../lib/decimal";
import { amount, currencySymbol, ratio } from "../../lib/format";
import type { Model } from "../../lib/models";
import { type Column, DataTable } from "../../table/DataTable";
import { Delta } from "../../ui/Delta";
import { Named } from "../../ui/Mark";
import { Panel } from "../../ui/Panel";
import { Empty } from "../../ui/State";
import type { Mover } from "./movers";
import styles from "./Today.module.css";

interface MoversPanelProps {
  movers: readonly Mover[];
  all: number;
  lines: Frame | null;
  range: DateRange;
  before: DateRange | null;
  model: Model;
  currency: string;
  stale: boolean;
}

const plain = (value: Micros | null) => (value === null ? null : toNumber(value));

export function MoversPanel({ movers, all, lines, range, before, model, currency, stale }: MoversPanelProps) {
  const points = useMemo(() => {
    const found = new Map<string, Map<string, number>>();
    for (const row of lines?.rows ?? []) {
      const [id, date, value] = [row.text("campaign_id"), row.text("date"), row.money(`attributed_revenue{${model}}`)];
      if (id === null || date === null) continue;
      const days = found.get(id) ?? new Map<string, number>();
      days.set(date.slice(0, 10), plain(value) ?? 0);
      found.set(id, days);
    }
    return found;
  }, [lines, model]);
  const days = useMemo(() => eachDay(range), [range]);
  const symbol = currencySymbol(currency);
  const against = before ? rangeText(before) : "";
  const spendChange = (mover: Mover) => relativeChange(plain(mover.spend), plain(mover.before?.spend ?? null), "neutral");
  const revenueChange = (mover: Mover) => relativeChange(plain(mover.revenue), plain(mover.before?.revenue ?? null), "up_is_good");
  const roasChange = (mover: Mover) => absoluteChange(mover.roas, mover.before?.roas ?? null, "up_is_good");
  const change = (id: string, of: (mover: Mover) => ReturnType<typeof spendChange>): Column<Mover>[] =>
    (before ? [{ id, header: "Change", align: "end", cell: (mover: Mover) => <Delta change={of(mover)} against={against} />, text: (mover: Mover) => of(mover).text }] : []);
  const columns: Column<Mover>[] = [
    { id: "campaign", header: "Campaign", cell: (mover) => <Named colour={channelColour(mover.channel)}><span title={`${mover.name} · ${channelLabel(mover.channel)}`}>{mover.name}</span></Named>, text: (mover) => mover.name, sortBy: (mover) => mover.name },
    { id: "spend", header: "Spend", unit: symbol, align: "end", cell: (mover) => amount(mover.spend, currency), text: (mover) => amount(mover.spend, currency, "minor"), sortBy: (mover) => plain(mover.spend) },
    ...change("spend-change", spendChange),
    { id: "revenue", header: "Revenue", unit: symbol, align: "end", startsGroup: true, cell: (mover) => amount(mover.revenue, currency), text: (mover) => amount(mover.revenue, currency, "minor"), sortBy: (mover) => plain(mover.revenue) },
    ...change("revenue-change", revenueChange),
    { id: "roas", header: "ROAS", align: "end", startsGroup: true, cell: (mover) => ratio(mover.roas), text: (mover) => ratio(mover.roas), sortBy: (mover) => mover.roas },
    ...change("roas-change", roasChange),
    { id: "line", header: "Per day", align: "end", cell: (mover) => <Sparkline values={days.map((day) => points.get(mover.id)?.get(day) ?? (points.size > 0 ? 0 : null))} colour={channelColour(mover.channel)} width={64} height={20} />, text: () => "" },
  ];
  return (
    <Panel
      title={before ? "Campaigns that moved most" : "Campaigns by credited revenue"}
      sub={before ? `By change in credited revenue against ${against}` : `Credited revenue, ${rangeText(range)}`}
      stale={stale}
      flush
      footer={`${movers.length} of ${all} campaigns · each ratio is computed from its own row`}
    >
      {movers.length === 0 ? (
        <Empty title="No campaign in this period" why="No spend and no credited revenue names a campaign on these days. Choose a longer period." />
      ) : (
        <div className={styles.movers}>
          <DataTable caption="Campaigns that moved most" columns={columns} rows={movers} rowKey={(mover) => mover.id} />
        </div>
      )}
    </Panel>
  );
}
