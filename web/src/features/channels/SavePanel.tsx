/** What is not saved yet, what it would do to the touches of the last four weeks, and the way to save it. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { testChannelRules } from "../../api/queries";
import type { ChannelEffect } from "../../api/types";
import { Field } from "../../forms/Field";
import { rangeText } from "../../lib/dates";
import { count, plural } from "../../lib/format";
import { Button } from "../../ui/Button";
import { Panel } from "../../ui/Panel";
import { Failure } from "../view/Waiting";
import styles from "./Channels.module.css";
import { type Draft, setOf } from "./rules";

interface SavePanelProps {
  draft: Draft;
  changes: string;
  busy: boolean;
  error: Error | null;
  onSave: (note: string) => void;
  onDiscard: () => void;
}

export function SavePanel({ draft, changes, busy, error, onSave, onDiscard }: SavePanelProps) {
  const [note, setNote] = useState("");
  const effect = useMutation({ mutationFn: () => testChannelRules({}, setOf(draft), true) });
  return (
    <Panel title={`Not saved: ${changes}`} sub="Saved rules hold for touches that come in from then on; touches that are there keep their channel">
      <div className={styles.form}>
        <Field label="What changed, and why" name="note" type="text" autoComplete="off" isRequired={false} value={note} onChange={setNote} />
        <div className={styles.buttons}>
          <Button kind="primary" busy={busy} onPress={() => onSave(note)}>Save rules</Button>
          <Button busy={effect.isPending} onPress={() => effect.mutate()}>Show the effect</Button>
          <Button kind="quiet" onPress={onDiscard}>Discard</Button>
        </div>
      </div>
      <div aria-live="polite">
        {error ? <Failure error={error} /> : null}
        {effect.isError ? <Failure error={effect.error} /> : effect.data?.effect ? <Effect effect={effect.data.effect} /> : null}
      </div>
    </Panel>
  );
}

function Effect({ effect }: { effect: ChannelEffect }) {
  const days = rangeText(effect);
  if (effect.touches === 0) return <p className="sec">No touch of {days} got its channel from the rules, so there is nothing to compare with.</p>;
  return (
    <>
      <p className="sec">{`${count(effect.changed)} of ${plural(effect.touches, "touch", "touches")} of ${days} would have another channel.`}</p>
      <ul className={styles.effect}>
        {effect.moves.map((step) => (
          <li key={`${step.from} ${step.to}`}><span>{step.from} → {step.to}</span><span className="num">{count(step.touches)}</span></li>
        ))}
      </ul>
    </>
  );
}
