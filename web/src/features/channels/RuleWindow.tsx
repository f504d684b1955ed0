/** One rule: its name, the channel it gives, and the conditions that must hold. */
import { useState } from "react";

import type { ChannelCondition, ChannelRule } from "../../api/types";
import { Field as TextInput } from "../../forms/Field";
import { Button } from "../../ui/Button";
import { Choice } from "../../ui/Choice";
import { Segmented } from "../../ui/Segmented";
import { Window } from "../../ui/Window";
import styles from "./Channels.module.css";
import { FIELDS, idFor, OPERATORS, takesValues, words } from "./rules";

interface RuleWindowProps {
  /** Null for a new one. */
  rule: ChannelRule | null;
  takenIds: readonly string[];
  onDone: (rule: ChannelRule) => void;
  onRemove: (() => void) | null;
  onClose: () => void;
}

const NEW: ChannelCondition = { field: "utm_medium", operator: "is", values: [] };

/** Values as they are typed, so that a comma can be typed too. */
interface Row {
  condition: ChannelCondition;
  text: string;
}

export function RuleWindow({ rule, takenIds, onDone, onRemove, onClose }: RuleWindowProps) {
  const [name, setName] = useState(rule?.name ?? "");
  const [channel, setChannel] = useState(rule?.channel ?? "");
  const [source, setSource] = useState(rule?.source ?? "");
  const [match, setMatch] = useState(rule?.match ?? "all");
  const [rows, setRows] = useState<readonly Row[]>((rule?.conditions ?? [NEW]).map((condition) => ({ condition, text: condition.values.join(", ") })));
  const [fault, setFault] = useState<string | null>(null);
  const change = (at: number, next: Row) => setRows(rows.map((row, index) => (index === at ? next : row)));
  const done = () => {
    const conditions = rows.map(({ condition, text }) => ({ ...condition, values: takesValues(condition.operator) ? words(text) : [] }));
    const lacking = name.trim() === "" ? "Give the rule a name." : channel.trim() === "" ? "Say which channel the rule gives."
      : conditions.length === 0 ? "Add a condition: without one the rule would never hold, or always."
      : conditions.some((condition) => takesValues(condition.operator) && condition.values.length === 0) ? "A condition has no value to compare with." : null;
    if (lacking !== null) return setFault(lacking);
    onDone({ id: rule?.id ?? idFor(name, takenIds), name: name.trim(), channel: channel.trim(), source: source.trim() === "" ? null : source.trim(), match, conditions });
  };
  return (
    <Window
      title={rule ? `Rule “${rule.name}”` : "New rule"}
      onClose={onClose}
      footer={
        <>
          {onRemove ? <Button kind="quiet" onPress={onRemove}>Remove rule</Button> : null}
          <span className={styles.gap} />
          <Button onPress={onClose}>Cancel</Button>
          <Button kind="primary" onPress={done}>{rule ? "Change rule" : "Add rule"}</Button>
        </>
      }
    >
      {fault ? <p role="alert" className={styles.fault}>{fault}</p> : null}
      <div className={styles.fields}>
        <TextInput label="Name" name="rule-name" type="text" autoComplete="off" value={name} onChange={setName} />
        <TextInput label="Channel that it gives" name="rule-channel" type="text" autoComplete="off" value={channel} onChange={setChannel} />
        <TextInput label="Source of its spend, if there is one" name="rule-source" type="text" autoComplete="off" isRequired={false} value={source} onChange={setSource} />
      </div>
      <div className={styles.how}>
        <span>Holds if</span>
        <Segmented label="How many conditions must hold" value={match} options={[{ key: "all", label: "all hold" }, { key: "any", label: "one holds" }]} onChange={setMatch} />
      </div>
      <ul className={styles.conditions}>
        {rows.map((row, index) => (
          <li key={index}>
            <Choice label={`Condition ${index + 1}, field`} value={row.condition.field} options={FIELDS} onChange={(field) => change(index, { ...row, condition: { ...row.condition, field } })} tall />
            <Choice label={`Condition ${index + 1}, comparison`} value={row.condition.operator} options={OPERATORS} onChange={(operator) => change(index, { ...row, condition: { ...row.condition, operator } })} tall />
            {takesValues(row.condition.operator)
              ? <input aria-label={`Condition ${index + 1}, values separated by commas`} className={styles.input} value={row.text} placeholder="value, value" onChange={(event) => change(index, { ...row, text: event.target.value })} />
              : <span className={styles.gap} />}
            <Button kind="quiet" size="small" icon="close" aria-label={`Remove condition ${index + 1}`} onPress={() => setRows(rows.filter((_, at) => at !== index))} />
          </li>
        ))}
      </ul>
      <div><Button size="small" onPress={() => setRows([...rows, { condition: NEW, text: "" }])}>Add condition</Button></div>
    </Window>
  );
}
