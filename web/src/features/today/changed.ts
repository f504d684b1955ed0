/** "What changed": sentences that hold exactly. Each is an identity of the figures it quotes, never a guess at a cause. */
import { divide, type Micros, toNumber } from "../../lib/decimal";
import { channelLabel } from "../../lib/channels";
import { count, money, percent, ratio, signedMoney } from "../../lib/format";
import { capitalise, eachUnit, listed } from "../../lib/words";
import type { Sentence } from "../../ui/Sentences";
import type { ChannelFlow } from "./channels";
import type { Mover } from "./movers";
import type { Totals } from "./totals";

interface Period {
  totals: Totals;
  flows: readonly ChannelFlow[];
}

export function whatChanged(now: Period, before: Period, movers: readonly Mover[], currency: string): Sentence[] {
  return [revenueSentence(now, before, currency), efficiencySentence(now, before, currency), moverSentence(movers, currency), coverageSentence(now, before)].filter((sentence) => sentence !== null);
}

interface Shift {
  name: string;
  revenue: Micros;
}

function shifts(now: Period, before: Period): Shift[] {
  const old = new Map(before.flows.map((flow) => [flow.channel, flow.revenue]));
  const names = new Set([...now.flows, ...before.flows].map((flow) => flow.channel));
  const current = new Map(now.flows.map((flow) => [flow.channel, flow.revenue]));
  return [...names].map((channel) => ({ name: channel === null ? "unattributed orders" : channelLabel(channel), revenue: (current.get(channel) ?? 0n) - (old.get(channel) ?? 0n) }));
}

/** The channels' differences and the unattributed one add up to the difference in revenue. */
function revenueSentence(now: Period, before: Period, currency: string): Sentence | null {
  if (now.totals.revenue === null || before.totals.revenue === null) return null;
  const difference = now.totals.revenue - before.totals.revenue;
  if (difference === 0n) return null;
  const rose = difference > 0n;
  const same = shifts(now, before).filter((shift) => (rose ? shift.revenue > 0n : shift.revenue < 0n)).sort((a, b) => Math.abs(toNumber(b.revenue)) - Math.abs(toNumber(a.revenue))).slice(0, 2);
  const parts = same.map((shift) => `${shift.name} ${signedMoney(shift.revenue, currency)}`);
  return {
    key: "revenue",
    icon: rose ? "up" : "fall",
    finding: `Revenue ${rose ? "rose" : "fell"} ${money(rose ? difference : -difference, currency)}.`,
    cause: parts.length > 0 ? `The largest part${parts.length > 1 ? "s" : ""} of it: ${listed(parts)}.` : "",
    proof: orderProof(now.totals, before.totals, currency),
  };
}

/** Δrevenue = Δorders × average order before + orders now × Δaverage order. */
function orderProof(now: Totals, before: Totals, currency: string): string | undefined {
  if (now.orders === null || before.orders === null || now.aov === null || before.aov === null) return undefined;
  const orders = now.orders - before.orders;
  const average = now.aov - before.aov;
  const ordersText = orders === 0 ? "as many orders" : `${count(Math.abs(orders))} ${orders > 0 ? "more" : "fewer"} ${Math.abs(orders) === 1 ? "order" : "orders"}`;
  const size = money(average < 0n ? -average : average, currency, "minor");
  return `${capitalise(ordersText)}; average order ${average === 0n ? "the same" : `${size} ${average > 0n ? "higher" : "lower"}`}`;
}

function efficiencySentence(now: Period, before: Period, currency: string): Sentence | null {
  const [mer, was] = [now.totals.mer, before.totals.mer];
  if (mer === null || was === null || Math.abs(mer - was) < 0.005) return null;
  const more = mer > was;
  const channel = largestSpendShift(now, before);
  return {
    key: "mer",
    icon: more ? "up" : "fall",
    finding: `${capitalise(eachUnit(currency))} earned ${more ? "more" : "less"}.`,
    cause: `MER went from ${ratio(was)} to ${ratio(mer)}${channel ? `, while ${channel}` : ""}.`,
    proof: `${money(now.totals.revenue, currency)} ÷ ${money(now.totals.spend, currency)}, before ${money(before.totals.revenue, currency)} ÷ ${money(before.totals.spend, currency)}`,
  };
}

/** The channel whose spend moved most, with what its credited revenue did meanwhile. */
function largestSpendShift(now: Period, before: Period): string | null {
  const old = new Map(before.flows.map((flow) => [flow.channel, flow]));
  const moved = now.flows
    .map((flow) => ({ flow, was: old.get(flow.channel) }))
    .filter(({ flow, was }) => flow.channel !== null && flow.spend !== null && was?.spend != null && was.spend > 0n && was.revenue > 0n)
    .map(({ flow, was }) => ({ flow, spendBy: (flow.spend ?? 0n) - (was?.spend ?? 0n), was }))
    .sort((a, b) => Math.abs(toNumber(b.spendBy)) - Math.abs(toNumber(a.spendBy)))[0];
  if (!moved || moved.spendBy === 0n || !moved.was) return null;
  const words = (difference: Micros, base: Micros | null) => `${difference >= 0n ? "grew" : "fell"} ${percent(Math.abs(divide(difference, base) ?? 0))}`;
  const revenueBy = moved.flow.revenue - moved.was.revenue;
  return `${channelLabel(moved.flow.channel)} spend ${words(moved.spendBy, moved.was.spend)} and its credited revenue ${words(revenueBy, moved.was.revenue)}`;
}

function moverSentence(movers: readonly Mover[], currency: string): Sentence | null {
  const spender = movers.filter((mover) => mover.roas !== null && mover.before?.roas != null && (mover.spend ?? 0n) > 0n).sort((a, b) => Math.abs(toNumber(b.shift)) - Math.abs(toNumber(a.shift)))[0];
  if (!spender?.before) return null;
  const rose = spender.shift > 0n;
  return {
    key: "mover",
    icon: "campaign",
    finding: `“${spender.name}” moved most.`,
    cause: `Its credited revenue ${rose ? "rose" : "fell"} ${money(rose ? spender.shift : -spender.shift, currency)}; its ROAS went from ${ratio(spender.before.roas)} to ${ratio(spender.roas)}.`,
    proof: `${money(spender.spend, currency)} spent, ${money(spender.before.spend, currency)} before`,
  };
}

/** Share of revenue that some touch explains. */
function coverageSentence(now: Period, before: Period): Sentence | null {
  const share = ({ totals, flows }: Period) => {
    const rest = flows.find((flow) => flow.channel === null)?.revenue ?? 0n;
    const part = divide(rest, totals.revenue);
    return part === null ? null : 1 - part;
  };
  const [covered, was] = [share(now), share(before)];
  if (covered === null || was === null) return null;
  return { key: "coverage", icon: "check", finding: `${percent(covered)} of revenue has a touch.`, cause: `It was ${percent(was)} in the period before.`, proof: "The rest stays unattributed rather than being shared out" };
}
