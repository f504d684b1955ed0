/** A change against another period, and whether it is good news for that metric. */
import { fixed, percent, points } from "./format";

export type Direction = "up_is_good" | "down_is_good" | "neutral";
export type Verdict = "good" | "bad" | "neutral";
export type Arrow = "up" | "down" | "none";

export interface Change {
  text: string;
  arrow: Arrow;
  verdict: Verdict;
  /** As a reader says it: "up 7.8%". */
  words: string;
}

/** Under half a percent either way a change carries no colour. */
const QUIET = 0.005;

/** Money and counts change in percent. */
export function relativeChange(now: number | null, before: number | null, direction: Direction): Change {
  if (now === null) return none("—", "not known");
  if (before === null || before === 0) return now === 0 ? none("0.0%", "no change") : none("new", "new");
  const relative = (now - before) / Math.abs(before);
  return signed(relative, percent(Math.abs(relative)), relative, direction);
}

/** Ratios change in absolute terms: +0.08. */
export function absoluteChange(now: number | null, before: number | null, direction: Direction): Change {
  if (now === null) return none("—", "not known");
  if (before === null) return none("new", "new");
  const difference = now - before;
  const relative = before === 0 ? difference : difference / Math.abs(before);
  return signed(difference, fixed(Math.abs(difference), 2), relative, direction);
}

/** Rates change in points: +0.4 pt. */
export function pointChange(now: number | null, before: number | null, direction: Direction): Change {
  if (now === null) return none("—", "not known");
  if (before === null) return none("new", "new");
  const difference = now - before;
  const relative = before === 0 ? difference : difference / Math.abs(before);
  return signed(difference, points(Math.abs(difference)).replace("+", ""), relative, direction);
}

function none(text: string, words: string): Change {
  return { text, words, arrow: "none", verdict: "neutral" };
}

function signed(difference: number, size: string, relative: number, direction: Direction): Change {
  if (!/[1-9]/.test(size)) return none(size, "no change");
  const rose = difference > 0;
  const loud = Math.abs(relative) >= QUIET && direction !== "neutral";
  const verdict: Verdict = !loud ? "neutral" : rose === (direction === "up_is_good") ? "good" : "bad";
  return { text: `${rose ? "+" : "−"}${size}`, words: `${rose ? "up" : "down"} ${size}`, arrow: rose ? "up" : "down", verdict };
}
