/** Civil dates as YYYY-MM-DD text. They have no zone and never shift; the zone is applied by the server that cuts the days. */

export type CivilDate = string;

export interface DateRange {
  /** First day, included. */
  from: CivilDate;
  /** Last day, included. */
  to: CivilDate;
}

const DAY = 86_400_000;

function toEpoch(date: CivilDate): number {
  return Date.parse(`${date}T00:00:00Z`);
}

function fromEpoch(epoch: number): CivilDate {
  return new Date(epoch).toISOString().slice(0, 10);
}

export function isCivilDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(toEpoch(text)) && fromEpoch(toEpoch(text)) === text;
}

export function addDays(date: CivilDate, days: number): CivilDate {
  return fromEpoch(toEpoch(date) + days * DAY);
}

export function dayCount(range: DateRange): number {
  return Math.round((toEpoch(range.to) - toEpoch(range.from)) / DAY) + 1;
}

export function eachDay(range: DateRange): CivilDate[] {
  return Array.from({ length: dayCount(range) }, (_, index) => addDays(range.from, index));
}

/** Ranges as expressions, so that a saved link means "the last 28 days" again next week. */
export const PRESETS = [
  { key: "last7", label: "Last 7 full days", days: 7 },
  { key: "last28", label: "Last 28 full days", days: 28 },
  { key: "last90", label: "Last 90 full days", days: 90 },
  { key: "last365", label: "Last 365 full days", days: 365 },
] as const;
export const MONTH_PRESETS = [
  { key: "month", label: "This month" },
  { key: "prev-month", label: "Last month" },
] as const;

export function isRangeExpression(text: string): boolean {
  if ([...PRESETS, ...MONTH_PRESETS].some((preset) => preset.key === text)) return true;
  const [from, to, rest] = text.split("..");
  return rest === undefined && from !== undefined && to !== undefined && isCivilDate(from) && isCivilDate(to) && from <= to;
}

/** Days that an expression stands for, seen from the last full day of the data. */
export function resolveRange(expression: string, lastDay: CivilDate): DateRange {
  const preset = PRESETS.find((candidate) => candidate.key === expression);
  if (preset) return { from: addDays(lastDay, 1 - preset.days), to: lastDay };
  const firstOfMonth = `${lastDay.slice(0, 8)}01`;
  if (expression === "month") return { from: firstOfMonth, to: lastDay };
  if (expression === "prev-month") {
    const to = addDays(firstOfMonth, -1);
    return { from: `${to.slice(0, 8)}01`, to };
  }
  const [from, to] = expression.split("..");
  if (from && to && isCivilDate(from) && isCivilDate(to) && from <= to) return { from, to };
  return resolveRange("last28", lastDay);
}

export type Comparison = "previous" | "year" | "none";

/** The days a range is compared with: as many, just before, or the same weekdays a year earlier. */
export function comparisonRange(range: DateRange, comparison: Comparison): DateRange | null {
  const shift = (days: number): DateRange => ({ from: addDays(range.from, -days), to: addDays(range.to, -days) });
  switch (comparison) {
    case "previous":
      return shift(dayCount(range));
    case "year":
      return shift(364);
    case "none":
      return null;
  }
}

/** The range moved by its own length: the arrow keys on the date control. */
export function shiftRange(range: DateRange, direction: -1 | 1): DateRange {
  const days = dayCount(range) * direction;
  return { from: addDays(range.from, days), to: addDays(range.to, days) };
}

function dated(date: CivilDate, options: Intl.DateTimeFormatOptions): string {
  return shortSeptember(new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options }).format(toEpoch(date)));
}

/** en-GB writes "Sept"; every other short month has three letters, and so has ours. */
function shortSeptember(text: string): string {
  return text.replace(/\bSept\b/g, "Sep");
}

/** 23 Oct – 19 Nov 2026 */
export function rangeText(range: DateRange): string {
  if (range.from === range.to) return dated(range.to, { day: "numeric", month: "short", year: "numeric" });
  const sameYear = range.from.slice(0, 4) === range.to.slice(0, 4);
  const sameMonth = sameYear && range.from.slice(0, 7) === range.to.slice(0, 7);
  const from = dated(range.from, { day: "numeric", ...(sameMonth ? {} : { month: "short" }), ...(sameYear ? {} : { year: "numeric" }) });
  return `${from} – ${dated(range.to, { day: "numeric", month: "short", year: "numeric" })}`;
}

/** Thursday 19 November */
export function longDay(date: CivilDate): string {
  return dated(date, { weekday: "long", day: "numeric", month: "long" }).replace(",", "");
}

/** 19 Nov */
export function shortDay(date: CivilDate): string {
  return dated(date, { day: "numeric", month: "short" });
}

/** November 2026 */
export function monthText(date: CivilDate): string {
  return dated(date, { month: "long", year: "numeric" });
}

/** Week from 16 Nov */
export function weekText(date: CivilDate): string {
  return `Week from ${shortDay(date)}`;
}

/** An instant in a zone: 14 Nov, 16:42. */
export function instantText(instant: string, zone: string, withYear = false): string {
  return shortSeptember(new Intl.DateTimeFormat("en-GB", {
    timeZone: zone, day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", ...(withYear ? { year: "numeric" } : {}),
  }).format(new Date(instant)).replace(" at ", ", "));
}
