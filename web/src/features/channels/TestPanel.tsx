/** A visit to try the rules on: which channel it would get, and why each rule before was passed over. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { testChannelRules } from "../../api/queries";
import type { ChannelDecision } from "../../api/types";
import { Field } from "../../forms/Field";
import { channelColour } from "../../lib/channels";
import { plural } from "../../lib/format";
import { Button } from "../../ui/Button";
import { Named, Tag } from "../../ui/Mark";
import { Panel } from "../../ui/Panel";
import { Failure } from "../view/Waiting";
import styles from "./Channels.module.css";
import { type Draft, setOf } from "./rules";

export function TestPanel({ draft }: { draft: Draft }) {
  const [page, setPage] = useState("");
  const [referrer, setReferrer] = useState("");
  const test = useMutation({ mutationFn: () => testChannelRules({ landing_page: page.trim(), referrer: referrer.trim() }, setOf(draft), false) });
  return (
    <Panel title="Try a visit" sub="With the rules as they stand on this page, saved or not">
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          test.mutate();
        }}
      >
        <Field label="Address of the page" name="landing-page" type="text" autoComplete="off" isRequired={false} value={page} onChange={setPage} />
        <Field label="Referrer" name="referrer" type="text" autoComplete="off" isRequired={false} value={referrer} onChange={setReferrer} />
        <div><Button type="submit" busy={test.isPending}>Try it</Button></div>
      </form>
      <div aria-live="polite">
        {test.isError ? <Failure error={test.error} /> : test.data ? <Decision decision={test.data} /> : null}
      </div>
    </Panel>
  );
}

function Decision({ decision }: { decision: ChannelDecision }) {
  const [all, setAll] = useState(false);
  const last = decision.steps.at(-1);
  const passed = decision.steps.filter((step) => !step.holds);
  return (
    <div className={styles.decision}>
      <p className={styles.answer}>
        <Named colour={channelColour(decision.channel)} hatched={decision.is_ignored}>{decision.channel}</Named>
        {decision.is_ignored ? <Tag tone="warn">never credited</Tag> : null}
      </p>
      <p className="small sec">{last?.holds ? `${last.name}: ${last.why}.` : "No rule holds."}</p>
      {all ? (
        <ol className={styles.trace}>
          {decision.steps.map((step) => (
            <li key={step.rule_id} data-holds={step.holds || undefined}>
              <Tag tone={step.holds ? "good" : "plain"}>{step.holds ? "holds" : "passed over"}</Tag>
              <span><b>{step.name}</b><small>{step.why}</small></span>
            </li>
          ))}
        </ol>
      ) : passed.length > 0 ? <Button size="small" kind="quiet" icon="levels" onPress={() => setAll(true)}>{`Show ${plural(passed.length, "rule")} passed over`}</Button> : null}
    </div>
  );
}
