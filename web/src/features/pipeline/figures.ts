/** What the page says of a pipeline, computed from the answer alone. */
import type { Pipeline, PipelineGroup, PipelineStage } from "../../api/types";
import { channelLabel } from "../../lib/channels";
import { parseDecimal } from "../../lib/decimal";
import { duration, money, percent, plural } from "../../lib/format";
import type { Split } from "../../lib/search";
import { capitalise } from "../../lib/words";
import type { Sentence } from "../../ui/Sentences";

/** Under so many leads a share is chance. */
const ENOUGH = 20;

/** A stage's name as a marketer writes it. */
export function stageLabel(name: string): string {
  return capitalise(name.replaceAll("_", " "));
}

export function groupLabel(group: Pick<PipelineGroup, "key" | "name">, split: Split): string {
  const name = group.name ?? group.key;
  if (name === null) return "No touch known";
  return split === "channel" ? channelLabel(name) : name;
}

/** Of stages with enough leads, the one that loses most of those whose fate is known. */
export function leakiest(stages: readonly PipelineStage[]): PipelineStage | null {
  const known = stages.filter((stage) => stage.progressed + stage.lost >= ENOUGH);
  return [...known].sort((a, b) => lossOf(b) - lossOf(a))[0] ?? null;
}

function lossOf(stage: PipelineStage): number {
  return stage.lost / (stage.progressed + stage.lost);
}

/** The finding of the page. */
export function pipelineTitle(pipeline: Pipeline): string {
  const { outcome } = pipeline;
  if (outcome.leads === 0) return "No leads began on these days";
  const leak = leakiest(pipeline.stages);
  if (leak && leak.lost > 0) return `${stageLabel(leak.stage)} loses most: ${percent(lossOf(leak))} of the leads that left it`;
  return `${plural(outcome.leads, "lead")}, ${outcome.won} won so far`;
}

export function pipelineSentences(pipeline: Pipeline, split: Split): Sentence[] {
  const { outcome, stages, currency } = pipeline;
  const found: Sentence[] = [];
  if (outcome.velocity_per_day !== null && outcome.average_value !== null) {
    found.push({
      key: "velocity", icon: "chart",
      finding: `The pipeline makes ${money(parseDecimal(outcome.velocity_per_day), currency)} a day.`,
      cause: `${plural(outcome.leads, "lead")} × ${percent(outcome.win_rate)} win rate × ${money(parseDecimal(outcome.average_value), currency, "minor")} ÷ ${duration(outcome.cycle_median_seconds)}.`,
      proof: "Open leads are expected to end like those that ended. Leads won fast end first, so young leads look better than they are.",
    });
  }
  const slow = [...stages].filter((stage) => stage.progressed >= ENOUGH && stage.median_seconds !== null).sort((a, b) => (b.median_seconds ?? 0) - (a.median_seconds ?? 0))[0];
  if (slow) {
    found.push({
      key: "slow", icon: "calendar", finding: `${stageLabel(slow.stage)} takes longest: ${duration(slow.median_seconds)}.`,
      cause: `One in ten waits longer than ${duration(slow.p90_seconds)}.`,
    });
  }
  const stuck = stages.reduce((sum, stage) => sum + (stage.stuck ?? 0), 0);
  if (stuck > 0) found.push({ key: "stuck", icon: "warn", finding: `${plural(stuck, "lead")} ${stuck === 1 ? "is" : "are"} stuck.`, cause: "They wait longer than nine in ten of those who went on." });
  const rated = pipeline.groups.filter((group) => group.key !== null && group.outcome.won + group.outcome.lost >= ENOUGH && group.outcome.win_rate !== null);
  const best = [...rated].sort((a, b) => (b.outcome.win_rate ?? 0) - (a.outcome.win_rate ?? 0))[0];
  if (best && rated.length > 1) {
    found.push({
      key: "best", icon: "flag", finding: `${groupLabel(best, split)} wins most often: ${percent(best.outcome.win_rate)}.`,
      cause: `All leads together: ${percent(outcome.win_rate)} of those that ended.`,
    });
  }
  return found;
}
