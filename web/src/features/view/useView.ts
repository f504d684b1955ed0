/** The view as the URL states it, the days it stands for, and the one way to change it. */
import { useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";

import { lastDayQuery, sessionQuery } from "../../api/queries";
import type { AttributionSettings, Session } from "../../api/types";
import { comparisonRange, type DateRange, resolveRange } from "../../lib/dates";
import { changeSearch, readSearch, type View, withDefaults } from "../../lib/search";

export interface ViewState {
  view: View;
  range: DateRange;
  before: DateRange | null;
  lastDay: string | null;
  change: (change: Partial<View>, options?: { replace?: boolean }) => void;
}

export function useView(): ViewState {
  const search = readSearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  const { organization } = useSession();
  const { data: lastDay } = useSuspenseQuery(lastDayQuery(organization.zone));
  const view = withDefaults(search);
  const range = resolveRange(view.range, lastDay ?? new Date().toISOString().slice(0, 10));
  return {
    view,
    range,
    before: comparisonRange(range, view.compare),
    lastDay,
    change: (change, options) => {
      void navigate({ to: ".", search: (old: Record<string, unknown>) => changeSearch(readSearch(old), change), replace: options?.replace ?? false, resetScroll: false });
    },
  };
}

/** The signed-in person and organisation; the routes make sure that there is one. */
export function useSession(): Session {
  const { data } = useSuspenseQuery(sessionQuery);
  if (!data) throw new Error("A page was shown without a session");
  return data;
}

/** What the view changes in the organisation's attribution settings. */
export function settingsOf(view: View): Required<AttributionSettings> {
  return { window: `${view.window}d`, journey: view.journey, half_life: `${view.half}d` };
}
