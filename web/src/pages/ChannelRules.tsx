import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { channelRulesOf, channelRulesQuery, saveChannelRules } from "../api/queries";
import type { ChannelRule, ChannelRules as Rules } from "../api/types";
import { HistoryPanel } from "../features/channels/HistoryPanel";
import { HostsPanel } from "../features/channels/HostsPanel";
import { changes, type Draft, draftOf, placed, setOf } from "../features/channels/rules";
import { RulesPanel } from "../features/channels/RulesPanel";
import { RuleWindow } from "../features/channels/RuleWindow";
import { SavePanel } from "../features/channels/SavePanel";
import { TestPanel } from "../features/channels/TestPanel";
import { PageFrame } from "../features/shell/PageFrame";
import { useSession } from "../features/view/useView";
import { Waiting } from "../features/view/Waiting";
import { plural } from "../lib/format";
import { Columns, PageHead, Stack } from "../ui/Panel";
import { showToast } from "../ui/toast";

export default function ChannelRules() {
  const rules = useQuery(channelRulesQuery);
  return (
    <PageFrame place={["Sources", "Channel rules"]}>
      <Waiting query={rules} label="Loading channel rules" rows={10}>
        {(answer) => <Loaded key={answer.version} saved={answer} />}
      </Waiting>
    </PageFrame>
  );
}

function Loaded({ saved }: { saved: Rules }) {
  const session = useSession();
  const client = useQueryClient();
  const mayChange = session.user.role === "organization_admin";
  const [draft, setDraft] = useState<Draft>(draftOf(saved));
  /** Made anew when the draft is replaced as a whole, so that its text boxes follow. */
  const [taken, setTaken] = useState(0);
  const [edited, setEdited] = useState<{ rule: ChannelRule | null } | null>(null);
  const unsaved = changes(draftOf(saved), draft);
  const save = useMutation({
    mutationFn: (note: string) => saveChannelRules(saved.version, setOf(draft), note),
    onSuccess: (answer) => {
      client.setQueryData(channelRulesQuery.queryKey, answer);
      void client.invalidateQueries({ queryKey: ["channel-rules", "history"] });
      showToast(`Saved as version ${answer.version}`);
    },
  });
  const replace = (next: Draft) => {
    setDraft(next);
    setTaken(taken + 1);
    save.reset();
  };
  const take = useMutation({ mutationFn: channelRulesOf, onSuccess: (answer) => replace(draftOf(answer)), onError: () => showToast("That version could not be loaded. Try again.") });
  return (
    <>
      <PageHead
        title={`${plural(draft.rules.length, "rule")} decide which channel brought a visit`}
        context={`${saved.version === 0 ? "These are the rules that everybody starts with" : `Version ${saved.version}`}. They are asked where a source does not name the channel itself.${mayChange ? "" : " An administrator of your organisation can change them."}`}
      />
      {unsaved ? <SavePanel draft={draft} changes={unsaved} busy={save.isPending} error={save.error} onSave={(note) => save.mutate(note)} onDiscard={() => replace(draftOf(saved))} /> : null}
      <Columns>
        <RulesPanel rules={draft.rules} mayChange={mayChange} onChange={(rules) => setDraft({ ...draft, rules })} onEdit={(rule) => setEdited({ rule })} />
        <Stack>
          <TestPanel draft={draft} />
          <HostsPanel key={taken} draft={draft} mayChange={mayChange} onChange={setDraft} />
          <HistoryPanel current={saved.version} zone={session.organization.zone} mayChange={mayChange} onTake={(version) => take.mutate(version)} />
        </Stack>
      </Columns>
      {edited ? (
        <RuleWindow
          rule={edited.rule}
          takenIds={draft.rules.map((rule) => rule.id)}
          onClose={() => setEdited(null)}
          onRemove={edited.rule ? () => {
            setDraft({ ...draft, rules: draft.rules.filter((rule) => rule.id !== edited.rule?.id) });
            setEdited(null);
          } : null}
          onDone={(rule) => {
            setDraft({ ...draft, rules: placed(draft.rules, rule, edited.rule?.id ?? null) });
            setEdited(null);
          }}
        />
      ) : null}
    </>
  );
}
