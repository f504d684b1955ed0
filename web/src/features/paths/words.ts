/** The sentences of the page. */
import type { Assists, Paths } from "../../api/types";
import { parseDecimal } from "../../lib/decimal";
import { count, fixed, money, percent, plural } from "../../lib/format";
import { channelLabel } from "../../lib/channels";
import type { PathStep } from "../../lib/search";

const NOUNS: Record<PathStep, string> = { channel: "channel", campaign: "campaign", source: "source", interaction: "channel and interaction" };

export function stepNoun(step: PathStep): string {
  return NOUNS[step];
}

/** Names that are not channels are shown as they are. */
export function stepName(step: PathStep, name: string): string {
  if (name === "(none)") return "No name";
  return step === "channel" ? channelLabel(name) : name;
}

/** How many orders took more than one step: what a last-touch report does not see. */
export function pathsTitle(paths: Paths): string {
  const { attributed_conversions: all } = paths.summary;
  if (all === 0) return "No order had a touch in these days";
  const single = paths.lengths.find((bucket) => bucket.steps === 1)?.conversions ?? 0;
  const share = (all - single) / all;
  const step = stepNoun(paths.step);
  if (share === 0) return `Every order came after a single ${paths.is_collapsed ? step : "touch"}`;
  return paths.is_collapsed
    ? `${percent(share)} of orders came after more than one ${step}`
    : `${percent(share)} of orders came after more than one touch`;
}

export function pathsContext(paths: Paths): string {
  const { summary, currency } = paths;
  const parts = [
    `${plural(summary.conversions, "order")}, ${money(parseDecimal(summary.revenue), currency)}: ${count(summary.attributed_conversions)} with a touch in the window, ${count(summary.unattributed_conversions)} without.`,
  ];
  if (summary.average_touches !== null) {
    parts.push(`From first touch to order: ${fixed(summary.average_touches, 1)} touches, ${fixed(summary.average_days, 1)} days on average.`);
  }
  parts.push(`${plural(summary.not_converted, "path")} led to no order.`);
  return parts.join(" ");
}

/** Who helps more than it closes. */
export function assistsTitle(assists: Assists): string {
  const helper = assists.steps.filter((step) => step.assisted_conversions >= 10 && step.assists_per_last !== null)
    .sort((a, b) => (b.assists_per_last ?? 0) - (a.assists_per_last ?? 0))[0];
  if (helper?.assists_per_last && helper.assists_per_last > 1) {
    return `${stepName(assists.step, helper.step)} helps with ${fixed(helper.assists_per_last, 1)} orders for each one it closes`;
  }
  return "Who helps and who closes";
}

const HOUR = 3_600;
const DAY = 86_400;

/** "1 to 2 days"; the first bucket is under an hour, the last has no end. */
export function lagLabel(from: number, until: number | null): string {
  if (until === null) return `${count(from / DAY)} days or more`;
  if (until <= HOUR) return "under 1 hour";
  if (from < DAY) return "1 to 24 hours";
  return `${count(from / DAY)} to ${count(until / DAY)} days`;
}
