/** One short message at a time, bottom right, read out politely. */
import { useSyncExternalStore } from "react";

export interface ToastMessage {
  id: number;
  text: string;
}

let current: ToastMessage | null = null;
let next = 1;
const listeners = new Set<() => void>();

function set(message: ToastMessage | null): void {
  current = message;
  for (const listener of listeners) listener();
}

export function showToast(text: string): void {
  set({ id: next++, text });
}

export function dismissToast(id: number): void {
  if (current?.id === id) set(null);
}

export function useToast(): ToastMessage | null {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => current);
}

/** Copies, and says so; says it too when the browser refuses. */
export async function copyText(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    showToast(done);
  } catch {
    showToast("The browser does not allow copying here. Select the text and copy it by hand.");
  }
}
