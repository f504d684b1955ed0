/** Sites that only the organisation knows: its own pages, and payment pages that nobody listed. */
import { useState } from "react";

import { Panel } from "../../ui/Panel";
import styles from "./Channels.module.css";
import { type Draft, words } from "./rules";

interface HostsPanelProps {
  draft: Draft;
  mayChange: boolean;
  onChange: (draft: Draft) => void;
}

export function HostsPanel({ draft, mayChange, onChange }: HostsPanelProps) {
  return (
    <Panel title="Sites that bring nobody" sub="Visits from these are never credited; hosts, one a line">
      <div className={styles.form}>
        <Hosts label="Own sites, beside the shop itself" hosts={draft.own_hosts} mayChange={mayChange} onChange={(own_hosts) => onChange({ ...draft, own_hosts })} />
        <Hosts label="Payment pages, beside those known" hosts={draft.payment_hosts} mayChange={mayChange} onChange={(payment_hosts) => onChange({ ...draft, payment_hosts })} />
      </div>
    </Panel>
  );
}

function Hosts({ label, hosts, mayChange, onChange }: { label: string; hosts: readonly string[]; mayChange: boolean; onChange: (hosts: string[]) => void }) {
  const [text, setText] = useState(hosts.join("\n"));
  return (
    <label className={styles.hosts}>
      <span>{label}</span>
      <textarea
        rows={3}
        value={text}
        readOnly={!mayChange}
        spellCheck={false}
        onChange={(event) => {
          setText(event.target.value);
          onChange(words(event.target.value));
        }}
      />
    </label>
  );
}
