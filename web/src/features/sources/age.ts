import { plural } from "../../lib/format";

/** "5 min ago", "3 h ago", "2 days ago". */
export function ageText(seconds: number | null): string {
  if (seconds === null) return "never";
  if (seconds < 90) return "just now";
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 129_600) return `${Math.round(seconds / 3_600)} h ago`;
  return `${plural(Math.round(seconds / 86_400), "day")} ago`;
}
