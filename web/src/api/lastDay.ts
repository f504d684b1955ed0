/** Which day a "last 28 full days" ends on: the newest one that the data covers and that is over. */
import { frame } from "./frame";
import type { ResultTable } from "./types";

/** The civil date in a zone now. */
export function todayIn(zone: string, now: Date = new Date()): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(now);
}

/** Spend arrives by whole days, so its newest day is full; a shop without spend has the day of its newest conversion. Today is never full. */
export function lastFullDay(newest: ResultTable, today: string): string | null {
  const days = frame(newest).rows
    .map((row) => ({ date: row.text("date")?.slice(0, 10) ?? "", spend: row.money("spend"), conversions: row.number("conversions") ?? 0 }))
    .filter((day) => day.date !== "");
  const finished = days.filter((day) => day.date < today);
  const spent = finished.filter((day) => day.spend !== null && day.spend !== 0n).map((day) => day.date);
  const converted = finished.filter((day) => day.conversions > 0).map((day) => day.date);
  const candidates = spent.length > 0 ? spent : converted;
  if (candidates.length > 0) return candidates.reduce((a, b) => (a > b ? a : b));
  return days.some((day) => day.date === today) ? today : null;
}
