/** The rules in their order. Buttons and Alt with the arrow keys move a rule; what was moved is read out. */
import { useRef, useState } from "react";

import type { ChannelRule } from "../../api/types";
import { SearchBox } from "../../forms/SearchBox";
import { channelColour } from "../../lib/channels";
import { plural } from "../../lib/format";
import { Button } from "../../ui/Button";
import { Named } from "../../ui/Mark";
import { Panel } from "../../ui/Panel";
import { Empty } from "../../ui/State";
import styles from "./Channels.module.css";
import { moved, summary } from "./rules";

interface RulesPanelProps {
  rules: readonly ChannelRule[];
  mayChange: boolean;
  onChange: (rules: readonly ChannelRule[]) => void;
  onEdit: (rule: ChannelRule | null) => void;
}

export function RulesPanel({ rules, mayChange, onChange, onEdit }: RulesPanelProps) {
  const [text, setText] = useState("");
  const [said, setSaid] = useState("");
  const list = useRef<HTMLOListElement>(null);
  const wanted = text.trim().toLowerCase();
  const shown = rules.filter((rule) => wanted === "" || `${rule.name} ${rule.channel} ${rule.id} ${summary(rule)}`.toLowerCase().includes(wanted));
  const move = (rule: ChannelRule, by: number) => {
    const from = rules.indexOf(rule);
    const to = Math.max(0, Math.min(rules.length - 1, from + by));
    if (to === from) return setSaid(`${rule.name} is the ${by < 0 ? "first" : "last"} already`);
    onChange(moved(rules, from, to));
    setSaid(`${rule.name}, now number ${to + 1} of ${rules.length}`);
    // The row moves in the document, and a browser may take the focus from it.
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`[data-rule="${rule.id}"]`)?.focus());
  };
  return (
    <Panel
      title="Rules"
      sub="Asked from the top; the first one that holds gives the channel"
      flush
      actions={
        <>
          <SearchBox label="Find a rule" placeholder="Channel, name or value" value={text} onChange={setText} />
          {mayChange ? <Button size="small" onPress={() => onEdit(null)}>Add rule</Button> : null}
        </>
      }
      footer={<span>{wanted === "" ? plural(rules.length, "rule") : `${shown.length} of ${plural(rules.length, "rule")}`}{mayChange ? " · Alt with ↑ or ↓ moves a focused rule" : ""}</span>}
    >
      <p role="status" className="sr">{said}</p>
      {shown.length === 0 ? <Empty title="No rule is like that" why="Search by a channel, a rule’s name or a value that it compares with." /> : (
        <ol className={styles.rules} ref={list}>
          {shown.map((rule) => (
            <li key={rule.id}>
              <span className={styles.number}>{rules.indexOf(rule) + 1}</span>
              <button
                type="button"
                data-rule={rule.id}
                className={styles.rule}
                disabled={!mayChange}
                onClick={() => onEdit(rule)}
                onKeyDown={(event) => {
                  if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
                  event.preventDefault();
                  move(rule, event.key === "ArrowUp" ? -1 : 1);
                }}
              >
                <span className={styles.given}><Named colour={channelColour(rule.channel)} hatched={rule.channel.startsWith("(")}>{rule.channel}</Named></span>
                <span className={styles.told}><b>{rule.name}</b><small>{summary(rule)}</small></span>
              </button>
              {mayChange ? (
                <span className={styles.moves}>
                  <Button kind="quiet" size="small" icon="up" aria-label={`Move ${rule.name} up`} onPress={() => move(rule, -1)} />
                  <Button kind="quiet" size="small" icon="fall" aria-label={`Move ${rule.name} down`} onPress={() => move(rule, 1)} />
                </span>
              ) : null}
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
