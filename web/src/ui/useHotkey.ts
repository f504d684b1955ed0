import { useEffect, useEffectEvent } from "react";

import { singleKeysAreOn } from "./singleKeys";

function inTextField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Runs on every key press of the page; single letters are not passed on while somebody types. */
export function useHotkeys(handle: (event: KeyboardEvent) => void): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const modified = event.ctrlKey || event.metaKey;
    if (!modified && (event.altKey || inTextField(event.target) || !singleKeysAreOn())) return;
    handle(event);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    addEventListener("keydown", listener);
    return () => removeEventListener("keydown", listener);
  }, []);
}
