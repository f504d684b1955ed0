/** By what leads and funnels are split. */
import { SPLITS, type Split } from "../../lib/search";
import { Choice } from "../../ui/Choice";
import type { ViewState } from "./useView";

const LABELS: Record<Split, string> = { channel: "Channel", campaign: "Campaign", data_source: "Source", country: "Country", device: "Device" };

export function splitLabel(split: Split): string {
  return LABELS[split];
}

export function SplitOf({ state, lead }: { state: ViewState; lead: string }) {
  return <Choice label="Split by" lead={lead} value={state.view.split} options={SPLITS.map((key) => ({ key, label: LABELS[key].toLowerCase() }))} onChange={(split) => state.change({ split })} />;
}
