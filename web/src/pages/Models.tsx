import { useState } from "react";

import { PageFrame } from "../features/shell/PageFrame";
import { EffectPanel } from "../features/models/EffectPanel";
import { HistoryPanel } from "../features/models/HistoryPanel";
import { SavePanel } from "../features/models/SavePanel";
import { changesOf, durationText, type Settings } from "../features/models/settings";
import { SettingsForm } from "../features/models/SettingsForm";
import { useEffectOf, useSettings } from "../features/models/useSettings";
import { useSession } from "../features/view/useView";
import { Waiting } from "../features/view/Waiting";
import type { SettingsVersion } from "../api/types";
import { plural } from "../lib/format";
import { PageHead, Panel } from "../ui/Panel";

export default function Models() {
  const { newest, history, save } = useSettings();
  return (
    <PageFrame place={["Metrics & data", "Models & windows"]}>
      <Waiting query={newest} label="Loading settings" rows={9}>
        {(version) => <Content key={version.version} version={version} save={save} />}
      </Waiting>
      {history.data ? <HistoryPanel history={history.data} /> : null}
    </PageFrame>
  );
}

function Content({ version, save }: { version: SettingsVersion; save: ReturnType<typeof useSettings>["save"] }) {
  const { organization } = useSession();
  const [draft, setDraft] = useState<Settings>(version.settings);
  const changes = changesOf(version.settings, draft);
  const changed = Object.keys(changes).length;
  const effect = useEffectOf(changes);
  const state = version.version === 0 ? "The defaults hold." : `Version ${version.version} holds.`;
  return (
    <>
      <PageHead
        title={`Touches count for ${durationText(version.settings.window_seconds)}, ${version.settings.journey === "rolling" ? "also for later orders" : "until the next order"}`}
        context={`${state} ${changed === 0 ? "Change anything to see what it would do before you save." : `${plural(changed, "change")}, not saved.`}`}
      />
      <Panel title="Windows, journeys and weights" sub="For every report that does not set its own">
        <SettingsForm settings={draft} zone={organization.zone} onChange={setDraft} />
      </Panel>
      {changed > 0 && effect.error ? <Panel title="This cannot be calculated"><p role="alert">{effect.error.message}</p></Panel> : null}
      {changed > 0 && effect.data ? <EffectPanel answer={effect.data} stale={effect.isPlaceholderData || effect.isFetching} /> : null}
      <SavePanel
        changed={changed}
        busy={save.isPending}
        error={save.error}
        onSave={(from, note) => save.mutate({ settings: changes, from, note: note === "" ? null : note, based_on: version.version })}
        onRevert={() => setDraft(version.settings)}
      />
    </>
  );
}
