/** Why these events are one person's, with the evidence of each link; and taking apart what is not. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { sessionQuery, unmergeCustomer } from "../../api/queries";
import type { CustomerIdentity } from "../../api/types";
import { Field } from "../../forms/Field";
import { instantText } from "../../lib/dates";
import { plural } from "../../lib/format";
import { Button } from "../../ui/Button";
import { Panel } from "../../ui/Panel";
import { type Sentence, Sentences } from "../../ui/Sentences";
import { showToast } from "../../ui/toast";
import { apartWords, consequence, identifierName, identityTitle, inSentence, joins } from "./identity";
import styles from "./Journey.module.css";

interface IdentityPanelProps {
  identity: CustomerIdentity;
  zone: string;
  stale: boolean;
}

/** More links than that are folded away. */
const SHOWN = 8;

export function IdentityPanel({ identity, zone, stale }: IdentityPanelProps) {
  const [taking, setTaking] = useState(false);
  const [all, setAll] = useState(false);
  const session = useQuery(sessionQuery);
  const mayDecide = session.data?.user.role === "organization_admin";
  const sentences = words(identity, zone);
  const shown = all ? sentences : sentences.slice(0, SHOWN);
  const canTake = mayDecide && identity.identifiers.length > 1 && !taking;
  return (
    <Panel
      title={identityTitle(identity)}
      sub="Joined on what they did, never guessed."
      stale={stale}
      actions={canTake ? <Button size="small" kind="quiet" onPress={() => setTaking(true)}>Take apart</Button> : null}
    >
      {taking ? <TakeApart identity={identity} onDone={() => setTaking(false)} /> : <Sentences items={shown} />}
      {!taking && sentences.length > shown.length ? (
        <Button size="small" kind="quiet" onPress={() => setAll(true)}>{`Show ${plural(sentences.length - shown.length, "more reason")}`}</Button>
      ) : null}
    </Panel>
  );
}

function words(identity: CustomerIdentity, zone: string): Sentence[] {
  const joined = joins(identity).map(({ key, one, other, link }): Sentence => ({
    key,
    icon: "link",
    finding: `${identifierName(other)} and ${inSentence(one)}`,
    cause: "are named by one event.",
    proof: <>{link.source} · {instantText(link.recorded_at, zone, true)} · row <span className="mono">{link.row_id.slice(0, 8)}</span></>,
  }));
  const [only] = identity.identifiers;
  const alone: Sentence[] = joined.length === 0 && only ? [{ key: only.id, icon: "link", finding: identifierName(only), cause: "is all that is known. Nothing was joined to it yet." }] : [];
  const decided = identity.decisions.map((decision): Sentence => ({
    key: `${decision.left} ${decision.right} ${decision.decided_at}`,
    icon: "check",
    finding: decision.verdict === "same" ? "A person joined two customers." : "A person took two identifiers apart.",
    proof: <>“{decision.reason}” · {instantText(decision.decided_at, zone, true)}</>,
  }));
  const apart = identity.apart.map((one): Sentence => ({ key: `${one.seen_with} ${one.id}`, icon: "close", finding: identifierName(one), cause: apartWords(one) }));
  return [...alone, ...joined, ...decided, ...apart];
}

function TakeApart({ identity, onDone }: { identity: CustomerIdentity; onDone: () => void }) {
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [reason, setReason] = useState("");
  const client = useQueryClient();
  const takeApart = useMutation({
    mutationFn: () => unmergeCustomer({ customer_id: identity.customer_id, identifiers: [...chosen], reason }),
    onSuccess: async (done) => {
      onDone();
      showToast(`Taken apart. ${plural(done.changed_customers.length, "customer")} changed; credit follows within seconds.`);
      await client.invalidateQueries({ queryKey: ["customer-journey"] });
    },
  });
  const toggle = (id: string) => setChosen((before) => (before.includes(id) ? before.filter((other) => other !== id) : [...before, id]));
  const canSend = chosen.length > 0 && chosen.length < identity.identifiers.length && reason.trim() !== "";
  return (
    <form
      className={styles.takeApart}
      onSubmit={(event) => {
        event.preventDefault();
        if (canSend) takeApart.mutate();
      }}
    >
      <fieldset>
        <legend>Which are somebody else’s?</legend>
        {identity.identifiers.map((own) => (
          <label key={own.id}>
            <input type="checkbox" checked={chosen.includes(own.id)} onChange={() => toggle(own.id)} />
            <span>{identifierName(own)}</span>
          </label>
        ))}
      </fieldset>
      <Field label="Why, in a sentence" name="reason" value={reason} onChange={setReason} />
      <p className="muted small">{consequence(chosen.length, identity.identifiers.length)}</p>
      <p className={styles.problem} role="alert">{takeApart.error ? takeApart.error.message : null}</p>
      <div className={styles.takeActions}>
        <Button type="submit" kind="primary" size="small" busy={takeApart.isPending} isDisabled={!canSend}>Take apart for good</Button>
        <Button size="small" onPress={onDone}>Keep together</Button>
      </div>
    </form>
  );
}
