/** What floats over every page: the command palette or the list of keys. Asked for by the search field, the keyboard and the palette. */
import { useSyncExternalStore } from "react";

export type Overlay = "palette" | "keys" | null;

let shown: Overlay = null;
const listeners = new Set<() => void>();

export function showOverlay(overlay: Overlay): void {
  shown = overlay;
  for (const listener of listeners) listener();
}

export const openPalette = (): void => showOverlay("palette");

export function useOverlay(): Overlay {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => shown);
}
