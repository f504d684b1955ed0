/** The attribution settings while they are edited. */
import type { SettingsVersion } from "../../api/types";

export type Settings = SettingsVersion["settings"];
export type WindowRule = Settings["windows"][number];

const DAY = 86_400;

/** "30 days", "12 hours": the largest unit that is whole. */
export function durationText(seconds: number): string {
  for (const [length, unit] of [[DAY, "day"], [3_600, "hour"], [60, "minute"], [1, "second"]] as const) {
    if (seconds % length === 0) return `${seconds / length} ${unit}${seconds === length ? "" : "s"}`;
  }
  return `${seconds} seconds`;
}

export const daysOf = (seconds: number) => Math.max(1, Math.round(seconds / DAY));
export const secondsOf = (days: number) => days * DAY;

/** What differs between two settings, field by field: only this is sent. */
export function changesOf(before: Settings, after: Settings): Partial<Settings> {
  const keys = Object.keys(after) as (keyof Settings)[];
  const changed = keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
  return Object.fromEntries(changed.map((key) => [key, key === "calendar_days_in" ? (after[key] ?? "") : after[key]]));
}

/** A rule in words: "Views of Meta Ads: 1 day". */
export function ruleText(rule: WindowRule): string {
  const touch = [rule.interaction === null ? "Touches" : `${rule.interaction} touches`, rule.channel === null ? "of any channel" : `of ${rule.channel}`];
  const goal = rule.conversion_type === null ? "" : ` before a ${rule.conversion_type}`;
  return `${touch.join(" ")}${goal}: ${rule.window_seconds === 0 ? "never credited" : durationText(rule.window_seconds)}`;
}
