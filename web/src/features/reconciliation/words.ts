/** The reconciliation's answer in a marketer's words. */
import type { BarKind, Completion, PlatformWaterfall, Reconciliation, ReconciliationBar, Stability, StabilityVerdict } from "../../api/types";
import { divide, type Micros, parseDecimal, toNumber } from "../../lib/decimal";
import { count, fixed, money, percent, plural } from "../../lib/format";
import { listed } from "../../lib/words";
import type { Sentence } from "../../ui/Sentences";

export const BAR_LABELS: Record<BarKind, string> = {
  claimed: "Claimed by platforms", unknown_orders: "Orders we do not know", view_through: "View-through", window_difference: "Longer platform window",
  overlap: "Claimed by two or more", other_channels: "Given to other channels", other_days: "Credited on other days", longer_window: "Our longer window",
  refunds: "Refunds", unexplained: "Unexplained", attributed: "Credited to platforms", other_credit: "Credited to others", unattributed: "Unattributed",
  orders_of_other_days: "Dated on other days", orders: "Orders",
};

/** Why a step is there, for the table and the sentences. */
export const BAR_REASONS: Record<BarKind, string> = {
  claimed: "What the platforms report", unknown_orders: "claims that follow no touch we saw, modelled or untracked", view_through: "orders after a view without a click",
  window_difference: "orders whose touches lie outside our window", overlap: "orders that a second platform can claim as well", other_channels: "what e-mail, search and direct visits are credited with",
  other_days: "credit for touches on other days", longer_window: "orders beyond the platforms’ own windows", refunds: "money that was given back", unexplained: "a different value per order, or no stated rule",
  attributed: "What the model credits", other_credit: "Channels that claim nothing", unattributed: "No touch in the window", orders_of_other_days: "Credit counts on the day of the touch, orders on their own",
  orders: "Revenue of these days, net of refunds",
};

export function bar(bars: readonly ReconciliationBar[], kind: BarKind): ReconciliationBar | undefined {
  return bars.find((candidate) => candidate.kind === kind);
}

export function revenueOf(found: ReconciliationBar | undefined): Micros | null {
  return found?.revenue == null ? null : parseDecimal(found.revenue);
}

export function isNothing(found: ReconciliationBar): boolean {
  return (revenueOf(found) ?? 0n) === 0n && found.conversions === 0;
}

export function reconciliationTitle(answer: Reconciliation): string {
  const times = divide(revenueOf(bar(answer.overall, "claimed")), revenueOf(bar(answer.overall, "attributed")));
  if (answer.platforms.length === 0) return "No platform claims anything on these days";
  if (times === null || times <= 0) return "Platforms claim orders that no touch explains";
  return times >= 1.005 ? `Platforms claim ${fixed(times, 2)} times what they earned` : "Platforms claim no more than they earned";
}

export function reconciliationContext(answer: Reconciliation): string {
  const [claimed, credited, orders] = (["claimed", "attributed", "orders"] as const).map((kind) => money(revenueOf(bar(answer.overall, kind)), answer.currency));
  return `They claim ${claimed}; the model credits them with ${credited} of ${orders} in orders. Claims count on the day of the touch.`;
}

export function platformTitle(platform: PlatformWaterfall): string {
  const times = platform.over_claim.revenue ?? platform.over_claim.conversions;
  if (times === null) return `${platform.platform} is credited with nothing`;
  return times >= 1.005 ? `${platform.platform} claims ${fixed(times, 2)} times what it earned` : `${platform.platform} claims ${fixed(times, 2)} times what it earned: less than its due`;
}

export function ruleText({ rule, attribution_settings: settings }: PlatformWaterfall): string {
  if (!rule) return settings[0] === undefined ? "It does not say how it counts" : `It counts by “${settings[0]}”, which we cannot read`;
  const kinds = [["clicks", rule.click_seconds], ["views", rule.view_seconds], ["engaged views", rule.engaged_view_seconds], ["opens", rule.open_seconds]] as const;
  const parts = kinds.flatMap(([name, seconds]) => (seconds === null || seconds === 0 || (name === "engaged views" && seconds === rule.view_seconds) ? [] : [`${name} for ${duration(seconds)}`]));
  return `It counts ${listed(parts)}${rule.is_shared ? ", shared among its own touches" : ""}`;
}

function duration(seconds: number): string {
  return seconds % 86_400 === 0 ? plural(seconds / 86_400, "day") : plural(seconds / 3_600, "hour");
}

export function reasonSentence(platform: PlatformWaterfall, currency: string): string {
  const parts = platform.reasons.slice(0, 3).map((kind) => {
    const found = bar(platform.bars, kind);
    const revenue = revenueOf(found);
    return `${BAR_REASONS[kind]} (${revenue === null ? plural(-(found?.conversions ?? 0), "conversion") : money(-revenue, currency)})`;
  });
  return parts.length === 0 ? "Nothing makes its claim larger than its credit." : `The largest reasons: ${parts.join("; ")}.`;
}

export const VERDICTS: Record<StabilityVerdict, string> = { stable: "Stable", depends_on_model: "Depends on the model", depends_on_window: "Depends on the window", depends_on_both: "Depends on both" };

export function readFirst(answer: Reconciliation, completion: Completion | undefined, stability: Stability | undefined): Sentence[] {
  return [overlap(answer), arriving(completion), unstable(stability), stable(stability)].filter((sentence) => sentence !== null);
}

function overlap(answer: Reconciliation): Sentence | null {
  const several = answer.claimers.filter((group) => group.platforms > 1).reduce((orders, group) => orders + group.orders, 0);
  const all = answer.claimers.reduce((orders, group) => orders + group.orders, 0);
  if (several === 0) return null;
  return { key: "overlap", icon: "journeys", finding: `${plural(several, "order")} can be claimed more than once.`, cause: "Adding up what platforms report counts them again.", proof: `${count(several)} of ${count(all)} orders that follow a platform’s touch` };
}

function arriving(answer: Completion | undefined): Sentence | null {
  const total = answer?.total;
  if (!answer || !total?.revenue_expected || total.completion === null || total.completion > 0.995) return null;
  const [low, high] = [total.revenue_expected.low, total.revenue_expected.high].map((text) => money(parseDecimal(text), answer.currency));
  return { key: "arriving", icon: "calendar", finding: `These days are ${percent(total.completion)} complete.`, cause: `Their touches will have earned ${money(parseDecimal(total.revenue_expected.expected), answer.currency)}.`, proof: `between ${low} and ${high} nine times of ten; ${money(parseDecimal(total.revenue), answer.currency)} so far` };
}

function unstable(answer: Stability | undefined): Sentence | null {
  const crossing = (answer?.channels ?? []).filter((channel) => channel.crosses_break_even.on_model || channel.crosses_break_even.on_window);
  if (!answer || crossing.length === 0) return null;
  const names = listed(crossing.map((channel) => channel.channel));
  return { key: "unstable", icon: "warn", finding: `Whether ${names} ${crossing.length === 1 ? "pays" : "pay"} depends on the rule.`, cause: `ROAS is above ${fixed(answer.break_even, 2)} under one and below it under another.`, proof: "Test before you cut or grow it" };
}

function stable(answer: Stability | undefined): Sentence | null {
  const sure = (answer?.channels ?? []).filter((channel) => channel.spend !== null && channel.verdict === "stable");
  if (sure.length === 0) return null;
  return { key: "stable", icon: "check", finding: `${listed(sure.map((channel) => channel.channel))} ${sure.length === 1 ? "is" : "are"} the same under every rule.`, cause: "Decide without regard to the model." };
}

/** For lengths only. */
export function length(found: ReconciliationBar): number {
  const revenue = revenueOf(found);
  return revenue === null ? found.conversions : toNumber(revenue);
}
