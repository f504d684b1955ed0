/** What happened, oldest first: numbered nodes in channel colour, dashed outside the window, credit at the right. */
import { useState } from "react";

import type { JourneyEvent } from "../../api/types";
import { channelColour, channelLabel } from "../../lib/channels";
import { instantText } from "../../lib/dates";
import { divide } from "../../lib/decimal";
import { fixed, money, percent, plural } from "../../lib/format";
import type { View } from "../../lib/search";
import { Button } from "../../ui/Button";
import { FigureButton } from "../../ui/Card";
import { classes } from "../../ui/classes";
import { Icon } from "../../ui/Icon";
import { Bar, Tag } from "../../ui/Mark";
import { Panel } from "../../ui/Panel";
import { ChannelCard } from "./ChannelCard";
import styles from "./Journey.module.css";
import { ShareCard } from "./ShareCard";
import { net, type Sale, shareOf, standing, standingText, type Timeline } from "./timeline";
import { eventDetail, eventIcon, eventTitle } from "./words";

/** So many rows before the first credited one are worth folding. */
const FOLD_FROM = 6;

interface TimelinePanelProps {
  journey: Timeline;
  sale: Sale | null;
  view: View;
  zone: string;
  currency: string;
  dataVersion: number;
  stale: boolean;
  onChange: (change: Partial<View>) => void;
}

export function TimelinePanel(props: TimelinePanelProps) {
  const { journey, sale, zone, stale } = props;
  const [all, setAll] = useState(false);
  // What came long before the credited touches is folded away, but for the last two rows.
  const first = journey.events.findIndex((event) => event.id === sale?.id || sale?.touches.some((credit) => credit.touch.id === event.id));
  const folded = all || first < FOLD_FROM ? 0 : first - 2;
  const severalYears = new Set(journey.events.map((event) => event.recorded_at.slice(0, 4))).size > 1;
  return (
    <Panel title="Timeline" sub={`All times ${zone}, oldest first`} stale={stale}>
      {folded > 0 ? <Button size="small" kind="quiet" icon="levels" onPress={() => setAll(true)}>{`Show ${plural(folded, "earlier event")}`}</Button> : null}
      <ol className={styles.timeline}>
        {journey.events.slice(folded).map((event) => (
          <Row key={event.id} event={event} withYear={severalYears} {...props} />
        ))}
      </ol>
    </Panel>
  );
}

function Row({ event, withYear, ...props }: { event: JourneyEvent; withYear: boolean } & TimelinePanelProps) {
  const { sale, zone, currency, journey } = props;
  const isTouch = event.kind === "touch";
  const state = isTouch && sale ? standing(event, sale) : null;
  const out = isTouch && state !== "credited";
  const own = journey.sales.find((candidate) => candidate.id === event.id);
  const isChosen = own !== undefined && own.id === sale?.id;
  const credit = sale?.touches.find((candidate) => candidate.touch.id === event.id);
  const kind = event.kind;
  return (
    <li className={classes(styles.event, out && styles.out, own && styles.order)} aria-current={isChosen || undefined}>
      <time dateTime={event.recorded_at}>{instantText(event.recorded_at, zone, withYear)}</time>
      <span
        className={classes(styles.node, out && styles.nodeOut, (kind === "order" || kind === "conversion") && (isChosen ? styles.nodeOrder : styles.nodeOther), kind === "refund" && styles.nodeRefund)}
        style={credit ? { borderColor: channelColour(event.channel) } : undefined}
        aria-hidden={credit ? undefined : true}
      >
        {credit ? credit.place : <Icon name={eventIcon(event)} small />}
      </span>
      <div className={styles.what}>
        <b>{eventTitle(event, currency)}</b>
        <small>{eventDetail(event)}{state === "outside_window" && sale ? ` · ${fixed((Date.parse(sale.event.recorded_at) - Date.parse(event.recorded_at)) / 86_400_000, 0)} days before the order` : ""}{event.why ? <> · <FigureButton label={`the channel of ${eventTitle(event, currency)}`} card={() => (event.why ? <ChannelCard channel={event.channel} why={event.why} /> : null)}>Why this channel?</FigureButton></> : null}</small>
      </div>
      <Right {...props} event={event} credit={credit} own={own} isChosen={isChosen} state={state} />
    </li>
  );
}

interface RightProps extends TimelinePanelProps {
  event: JourneyEvent;
  credit: Sale["touches"][number] | undefined;
  own: Sale | undefined;
  isChosen: boolean;
  state: ReturnType<typeof standing> | null;
}

function Right({ event, credit, own, isChosen, state, sale, view, currency, dataVersion, onChange }: RightProps) {
  if (credit && sale) {
    const share = shareOf(credit, view.model);
    const largest = Math.max(...sale.touches.map((candidate) => shareOf(candidate, view.model).weight));
    return (
      <div className={styles.credit}>
        <Bar share={largest > 0 ? share.weight / largest : 0} colour={channelColour(event.channel)} />
        <span className="num">{percent(share.weight)}</span>
        <FigureButton label={`${channelLabel(event.channel)}, touch ${credit.place}`} card={() => <ShareCard credit={credit} sale={sale} model={view.model} view={view} currency={currency} dataVersion={dataVersion} />}>
          <b>{money(share.revenue, currency, "minor")}</b>
        </FigureButton>
      </div>
    );
  }
  if (own) return isChosen ? <Tag tone="good">{own.unattributed ? "unattributed" : "credit shown"}</Tag> : <Button size="small" onPress={() => onChange({ order: own.id })}>Show its credit</Button>;
  if (event.kind === "refund") {
    const cut = sale && sale.id === event.conversion_id ? divide(sale.refunded, sale.gross) : null;
    return <Tag tone="warn" title={cut === null || !sale ? undefined : `${money(net(sale), currency, "minor")} are left`}>{cut === null ? "refund" : `credit −${percent(cut)}`}</Tag>;
  }
  return state === null || state === "credited" ? <span /> : <Tag>{standingText(state)}</Tag>;
}
