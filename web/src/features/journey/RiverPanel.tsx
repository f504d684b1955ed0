import { ChartPanel } from "../../charts/ChartPanel";
import { River } from "../../charts/River";
import { channelColour, channelLabel } from "../../lib/channels";
import { instantText, shortDay } from "../../lib/dates";
import { toNumber } from "../../lib/decimal";
import { fixed, money, plural } from "../../lib/format";
import { MODELS, modelLabel } from "../../lib/models";
import type { View } from "../../lib/search";
import { Segmented } from "../../ui/Segmented";
import { Empty } from "../../ui/State";
import { ModelsTable } from "./ModelsTable";
import { flowTitle, net, type Sale, shareOf } from "./timeline";

interface RiverPanelProps {
  sale: Sale;
  view: View;
  zone: string;
  currency: string;
  dataVersion: number;
  stale: boolean;
  onChange: (change: Partial<View>) => void;
}

const DAY = 86_400_000;

export function RiverPanel({ sale, view, zone, currency, dataVersion, stale, onChange }: RiverPanelProps) {
  const sold = Date.parse(sale.event.recorded_at);
  const opensAt = sold - view.window * DAY;
  const total = money(net(sale), currency, "minor");
  const first = sale.touches[0];
  const days = first ? (sold - Date.parse(first.touch.recorded_at)) / DAY : 0;
  const title = flowTitle(sale);
  const name = sale.event.kind === "order" ? `Order${sale.event.order_id ? ` ${sale.event.order_id}` : ""}` : "Conversion";
  return (
    <ChartPanel
      title={title}
      sub={`Credit for ${total}${sale.refunded > 0n ? ", the order less its refund" : ""}. Ribbon width is credit, ${modelLabel(view.model).toLowerCase()} model.`}
      stale={stale}
      actions={<Segmented label="Model" value={view.model} options={MODELS.map((model) => ({ key: model.key, label: model.label }))} onChange={(model) => onChange({ model })} />}
      chart={sale.touches.length === 0 ? (
        <Empty drawing="streams" title={`${total} stays unattributed`} why={`There is no touch in the ${plural(view.window, "day")} before ${instantText(sale.event.recorded_at, zone)}. A longer window may find one.`} />
      ) : (
        <River
          label={`${title} of ${total}; ribbon width is credit under the ${modelLabel(view.model)} model.`}
          touches={sale.touches.map((credit) => ({
            key: credit.touch.id,
            place: credit.place,
            label: channelLabel(credit.touch.channel),
            colour: channelColour(credit.touch.channel),
            at: Date.parse(credit.touch.recorded_at),
            credit: toNumber(shareOf(credit, view.model).revenue),
            creditText: money(shareOf(credit, view.model).revenue, currency, "minor"),
          }))}
          order={{
            at: sold,
            caption: name,
            short: sale.event.kind === "order" ? "Order" : "Conversion",
            figure: total,
            lines: [
              instantText(sale.event.recorded_at, zone),
              ...(sale.refunded > 0n ? [`${money(sale.gross, currency, "minor")} less ${money(sale.refunded, currency, "minor")} refund`] : []),
              `${plural(sale.touches.length, "touch", "touches")} over ${fixed(days, 1)} days`,
            ],
          }}
          window={{ opensAt, caption: `${view.window}-day window opens ${shortDay(new Date(opensAt).toISOString().slice(0, 10))}` }}
          tickText={(at) => shortDay(new Date(at).toISOString().slice(0, 10))}
        />
      )}
      table={<ModelsTable sale={sale} view={view} currency={currency} dataVersion={dataVersion} />}
    />
  );
}
