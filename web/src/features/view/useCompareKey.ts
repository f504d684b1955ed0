/** "c" walks through the comparisons: the period before, a year ago, none. */
import type { Comparison } from "../../lib/dates";
import { useHotkeys } from "../../ui/useHotkey";
import type { ViewState } from "./useView";

const NEXT: Record<Comparison, Comparison> = { previous: "year", year: "none", none: "previous" };

export function useCompareKey(state: ViewState): void {
  useHotkeys((event) => {
    if (event.key === "c" && !event.ctrlKey && !event.metaKey) state.change({ compare: NEXT[state.view.compare] });
  });
}
