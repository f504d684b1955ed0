/** The view as the URL states it, the days it stands for, and the one way to change it. */
import { useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";

import { type AcquisitionParameters, type JourneyParameters, lastDayQuery, sessionQuery } from "../../api/queries";
import type { AttributionSettings, Session } from "../../api/types";
import { comparisonRange, type DateRange, resolveRange } from "../../lib/dates";
import type { QuestionText } from "../../lib/explore";
import { changeSearch, readSearch, type View, withDefaults } from "../../lib/search";

export interface ViewState {
  view: View;
  range: DateRange;
  before: DateRange | null;
  lastDay: string | null;
  change: (change: Partial<View> & QuestionText, options?: { replace?: boolean }) => void;
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

const DAY_SECONDS = 86_400;

/** What the view changes in the organisation's attribution settings, for a report. */
export function settingsOf(view: View): AttributionSettings {
  return { window_seconds: view.window * DAY_SECONDS, journey: view.journey, half_life_seconds: view.half * DAY_SECONDS };
}

/** The same for the endpoints that take durations as people write them. */
export function durationsOf(view: View): JourneyParameters {
  return { window: `${view.window}d`, journey: view.journey, half_life: `${view.half}d` };
}

/** Which customers the pages of cohorts and retention are about. */
export function acquisitionOf(view: View): AcquisitionParameters {
  return { by: view.by, model: view.won, grain: view.cohort, window: `${view.window}d` };
}
