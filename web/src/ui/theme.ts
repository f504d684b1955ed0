/** Light, dark, or the system's. `public/theme.js` sets the first paint; this changes it afterwards. */
import { useSyncExternalStore } from "react";

export type ThemeChoice = "auto" | "light" | "dark";

const KEY = "theme";
const listeners = new Set<() => void>();

function stored(): ThemeChoice {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : "auto";
  } catch {
    return "auto";
  }
}

const systemDark = (): MediaQueryList => matchMedia("(prefers-color-scheme: dark)");

function apply(): void {
  const choice = stored();
  const dark = choice === "dark" || (choice === "auto" && systemDark().matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  for (const listener of listeners) listener();
}

export function setTheme(choice: ThemeChoice): void {
  try {
    if (choice === "auto") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  } catch {
    // Storage may be switched off; the choice then lasts until the page is left.
  }
  apply();
}

/** Follows the system while the choice is "auto". */
export function watchSystemTheme(): void {
  systemDark().addEventListener("change", apply);
}

export function useTheme(): ThemeChoice {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, stored);
}
