/** "g" and a letter goes to a page: g t Today, g e Explore, g j Journeys, g a Attribution, g p Paths, g r Reconciliation, g s Sources. */
import { useNavigate } from "@tanstack/react-router";
import { useRef } from "react";

import { useHotkeys } from "../../ui/useHotkey";

const PLACES = { t: "/", e: "/explore", j: "/journeys/timeline", a: "/journeys/attribution", p: "/journeys/paths", r: "/journeys/reconciliation", s: "/sources" } as const;
const PATIENCE = 1_000;

export function useGoKeys(): void {
  const navigate = useNavigate();
  const pressed = useRef(0);
  useHotkeys((event) => {
    if (event.ctrlKey || event.metaKey) return;
    if (event.key === "g") {
      pressed.current = event.timeStamp;
      return;
    }
    const place = event.timeStamp - pressed.current < PATIENCE ? PLACES[event.key as keyof typeof PLACES] : undefined;
    pressed.current = 0;
    if (!place) return;
    event.preventDefault();
    void navigate({ to: place, search: true });
  });
}
