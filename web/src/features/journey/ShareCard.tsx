/** Why a touch gets what it gets: the order's money times its weight. */
import { channelLabel } from "../../lib/channels";
import { fixed, money, percent } from "../../lib/format";
import { type Model, modelLabel, modelRule } from "../../lib/models";
import type { View } from "../../lib/search";
import { Card } from "../../ui/Card";
import { net, type Sale, shareOf, type TouchCredit } from "./timeline";

interface ShareCardProps {
  credit: TouchCredit;
  sale: Sale;
  model: Model;
  view: View;
  currency: string;
  dataVersion: number;
}

const DAY = 86_400_000;

export function ShareCard({ credit, sale, model, view, currency, dataVersion }: ShareCardProps) {
  const share = shareOf(credit, model);
  const age = (Date.parse(sale.event.recorded_at) - Date.parse(credit.touch.recorded_at)) / DAY;
  const raw = 2 ** (-age / view.half);
  return (
    <Card
      title={`Touch ${credit.place} · ${channelLabel(credit.touch.channel)} · ${modelLabel(model)}`}
      figure={money(share.revenue, currency, "minor")}
      steps={[
        { text: sale.refunded > 0n ? "Order less refund" : "Order", value: money(net(sale), currency, "minor") },
        { text: `× weight at place ${credit.place} of ${sale.touches.length}`, value: fixed(share.weight, 4) },
        { text: "Credited, in whole cents", value: money(share.revenue, currency, "minor") },
      ]}
      note={modelRule(model)}
      facts={[
        { name: "Before the order", value: `${fixed(age, 1)} days` },
        ...(model === "time_decay" ? [{ name: "Decay", value: `2^(−${fixed(age, 1)} ÷ ${view.half}) = ${fixed(raw, 4)}` }] : []),
        { name: "Share of the order", value: percent(share.weight) },
        { name: "Window", value: view.window === 1 ? "1 day" : `${view.window} days` },
        { name: "Journey after an order", value: view.journey === "rolling" ? "goes on" : "starts again" },
        { name: "Source row", value: <span className="mono">{credit.touch.id.slice(0, 13)}…</span> },
        { name: "Data version", value: String(dataVersion) },
      ]}
    />
  );
}
