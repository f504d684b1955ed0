/** What a row or a column is called. */
import { channelLabel } from "../../lib/channels";
import { isCivilDate, monthText, shortDay, weekText } from "../../lib/dates";
import { DATE, type Grain } from "../../lib/explore";
import type { Part } from "./pivot";

export function partLabel(part: Part | undefined, grain: Grain): string {
  if (!part) return "All";
  if (part.field === DATE) return dateLabel(part.label, grain);
  if (part.label === null) return part.field === "channel" ? "No channel" : "None";
  return part.field === "channel" ? channelLabel(part.label) : part.label;
}

export function dateLabel(date: string | null, grain: Grain): string {
  if (date === null || !isCivilDate(date)) return date ?? "None";
  switch (grain) {
    case "week": return weekText(date);
    case "month": return monthText(date);
    case "quarter": return `Q${Math.ceil(Number(date.slice(5, 7)) / 3)} ${date.slice(0, 4)}`;
    default: return shortDay(date);
  }
}
