/** Steps of cohorts and retention: months since the first order, and the names of cohorts. */
import { shortDay } from "./dates";
import type { CohortGrain } from "./search";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "Nov 2026", "Q4 2026", "week of 2 Nov 2026", from the cohort's first day. */
export function cohortLabel(day: string, grain: CohortGrain): string {
  const [year, month] = [day.slice(0, 4), Number(day.slice(5, 7))];
  if (grain === "week") return `week of ${shortDay(day)} ${year}`;
  if (grain === "quarter") return `Q${Math.ceil(month / 3)} ${year}`;
  return `${MONTHS[month - 1] ?? ""} ${year}`;
}
