/** What won customers, as pages name and colour it. */
import type { AcquisitionSource } from "../../api/types";
import { channelColour, channelLabel } from "../../lib/channels";

export interface NamedSource {
  key: string;
  label: string;
  colour: string;
  hatched: boolean;
}

export function named(source: AcquisitionSource | null, by: string): NamedSource {
  if (source === null) return { key: "all", label: "All customers", colour: "var(--accent)", hatched: false };
  if (source.is_unattributed) return { key: "unattributed", label: "Unattributed", colour: channelColour(null), hatched: true };
  if (source.is_rest) return { key: "rest", label: "Other", colour: "var(--text-muted)", hatched: false };
  const own = source.name ?? source.key;
  const label = own === null ? "Not set" : by === "channel" ? channelLabel(own) : own;
  return { key: `of ${source.key ?? ""}`, label, colour: channelColour(own ?? "not set"), hatched: false };
}
