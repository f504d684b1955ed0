import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { attributionSettingsQuery, saveSettings, settingsHistoryQuery, whatIfQuery } from "../../api/queries";
import type { Settings } from "./settings";

/** The newest settings, their history, and saving; every page's credit is asked for anew after a save. */
export function useSettings() {
  const client = useQueryClient();
  const newest = useQuery(attributionSettingsQuery);
  const history = useQuery(settingsHistoryQuery);
  const save = useMutation({ mutationFn: saveSettings, onSuccess: () => client.invalidateQueries() });
  return { newest, history, save } as const;
}

/** What the changes would do to credit by channel in the last 28 full days; asked only where there are some. */
export function useEffectOf(changes: Partial<Settings>) {
  return useQuery(whatIfQuery(Object.keys(changes).length === 0 ? null : changes));
}
