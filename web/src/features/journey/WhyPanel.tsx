/** The arithmetic of the touch that earned most, in the open; every other figure opens the same on its card. */
import { Link } from "@tanstack/react-router";

import { channelLabel } from "../../lib/channels";
import { fixed, money } from "../../lib/format";
import { modelLabel, modelRule } from "../../lib/models";
import type { View } from "../../lib/search";
import { Tag } from "../../ui/Mark";
import { Panel } from "../../ui/Panel";
import styles from "./Journey.module.css";
import { net, type Sale, shareOf } from "./timeline";

export function WhyPanel({ sale, view, currency, stale }: { sale: Sale; view: View; currency: string; stale: boolean }) {
  const top = [...sale.touches].sort((a, b) => shareOf(b, view.model).weight - shareOf(a, view.model).weight)[0];
  if (!top) return null;
  const share = shareOf(top, view.model);
  return (
    <Panel
      title={`Why touch ${top.place} gets ${money(share.revenue, currency, "minor")}`}
      sub={channelLabel(top.touch.channel)}
      stale={stale}
      actions={<Tag tone="accent">{modelLabel(view.model)}</Tag>}
    >
      <div className={styles.why}>
        <div><span>{sale.refunded > 0n ? "Order less refund" : "Order"}</span><span>{money(net(sale), currency, "minor")}</span></div>
        <div><span>× weight at place {top.place} of {sale.touches.length}</span><span>{fixed(share.weight, 4)}</span></div>
        <div><span>Credited, in whole cents</span><span>{money(share.revenue, currency, "minor")}</span></div>
        <p>{modelRule(view.model)} <Link to="/journeys/attribution" search={true}>Compare models</Link></p>
      </div>
    </Panel>
  );
}
