/** Windows, journeys and weights: every change shows its effect at once, nothing is saved before the button says so. */
import { useState } from "react";

import { Button } from "../../ui/Button";
import { RangeSlider } from "../../ui/RangeSlider";
import { Segmented } from "../../ui/Segmented";
import { WINDOW } from "../../lib/search";
import { daysOf, ruleText, secondsOf, type Settings, type WindowRule } from "./settings";
import styles from "./Models.module.css";

interface FormProps {
  settings: Settings;
  zone: string;
  onChange: (settings: Settings) => void;
}

export function SettingsForm({ settings, zone, onChange }: FormProps) {
  const set = (change: Partial<Settings>) => onChange({ ...settings, ...change });
  const days = daysOf(settings.window_seconds);
  const half = daysOf(settings.half_life_seconds);
  return (
    <div className={styles.form}>
      <RangeSlider label="Window" value={days} min={WINDOW.min} max={WINDOW.max} text={days === 1 ? "1 day" : `${days} days`} onChange={(value) => set({ window_seconds: secondsOf(value) })} />
      <RangeSlider label="Half-life, time decay" value={half} min={1} max={60} text={half === 1 ? "1 day" : `${half} days`} onChange={(value) => set({ half_life_seconds: secondsOf(value) })} />
      <Pick label="Windows count" value={settings.calendar_days_in === null ? "seconds" : "days"} options={[{ key: "seconds", label: "Exact time" }, { key: "days", label: "Calendar days" }]} onChange={(unit) => set({ calendar_days_in: unit === "days" ? zone : null })} />
      <Pick label="Journey after an order" value={settings.journey} options={[{ key: "rolling", label: "Goes on" }, { key: "closed", label: "Starts again" }]} onChange={(journey) => set({ journey })} />
      <Pick label="Orders that count" value={settings.counted} options={[{ key: "every", label: "Every" }, { key: "first", label: "First" }, { key: "last", label: "Last" }]} onChange={(counted) => set({ counted })} />
      <Pick label="Direct visits" value={settings.direct} options={[{ key: "only_alone", label: "Only alone" }, { key: "counts", label: "Like any touch" }]} onChange={(direct) => set({ direct })} />
      <Rules rules={settings.windows} onChange={(windows) => set({ windows })} />
      <Weights legend="Position-based shares" names={["First", "Between", "Last"]} values={settings.position} onChange={([first = 0, middle = 0, last = 0]) => set({ position: [first, middle, last] })} />
      <Weights
        legend="Custom weights by position"
        names={["First", "Between", "Last"]}
        values={[settings.custom.first ?? 1, settings.custom.middle ?? 1, settings.custom.last ?? 1]}
        onChange={([first = 0, middle = 0, last = 0]) => set({ custom: { ...settings.custom, first, middle, last } })}
      />
      <Revenue revenue={settings.revenue} onChange={(revenue) => set({ revenue })} />
    </div>
  );
}

function Pick<K extends string>({ label, value, options, onChange }: { label: string; value: K; options: readonly { key: K; label: string }[]; onChange: (key: K) => void }) {
  return (
    <div>
      <span className={styles.label}>{label}</span>
      <Segmented label={label} value={value} options={options} onChange={onChange} />
    </div>
  );
}

function Weights({ legend, names, values, onChange }: { legend: string; names: readonly string[]; values: readonly number[]; onChange: (values: number[]) => void }) {
  return (
    <fieldset className={styles.group}>
      <legend>{legend}</legend>
      <div className={styles.row}>
        {names.map((name, at) => (
          <label key={name}>
            {name}
            <input className={`${styles.input ?? ""} ${styles.number ?? ""}`} type="number" min={0} step={0.05} value={values[at]} onChange={(event) => onChange(values.map((value, place) => (place === at ? Math.max(0, Number(event.target.value)) : value)))} />
          </label>
        ))}
      </div>
    </fieldset>
  );
}

const PARTS = [
  { key: "tax", label: "Tax counts" },
  { key: "shipping", label: "Shipping counts" },
  { key: "discounts_deducted", label: "Discounts are deducted" },
  { key: "refunds_deducted", label: "Refunds are deducted" },
] as const;

function Revenue({ revenue, onChange }: { revenue: Settings["revenue"]; onChange: (revenue: Settings["revenue"]) => void }) {
  return (
    <fieldset className={styles.group}>
      <legend>Revenue of an order</legend>
      <div className={styles.checks}>
        {PARTS.map((part) => (
          <label key={part.key}>
            <input type="checkbox" checked={revenue[part.key]} onChange={(event) => onChange({ ...revenue, [part.key]: event.target.checked })} />
            {part.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

const ANY = "";
const INTERACTIONS = ["click", "view", "engaged_view", "visit", "open"];

/** Windows of some touches: read from the top, the first that fits decides. */
function Rules({ rules, onChange }: { rules: readonly WindowRule[]; onChange: (rules: WindowRule[]) => void }) {
  const [channel, setChannel] = useState("");
  const [interaction, setInteraction] = useState(ANY);
  const [days, setDays] = useState(1);
  const add = () => {
    onChange([...rules, { channel: channel.trim() === "" ? null : channel.trim(), interaction: interaction === ANY ? null : interaction, conversion_type: null, window_seconds: secondsOf(days) }]);
    setChannel("");
  };
  return (
    <fieldset className={`${styles.group ?? ""} ${styles.wide ?? ""}`}>
      <legend>Windows by channel and kind of touch</legend>
      {rules.length === 0 ? null : (
        <ol className={styles.rules}>
          {rules.map((rule, at) => (
            <li key={`${at} ${ruleText(rule)}`}>
              <span>{ruleText(rule)}</span>
              <Button kind="quiet" size="small" onPress={() => onChange(rules.filter((_, place) => place !== at))} aria-label={`Remove ${ruleText(rule)}`}>Remove</Button>
            </li>
          ))}
        </ol>
      )}
      <div className={styles.row}>
        <label>Channel<input className={styles.input} value={channel} placeholder="any" onChange={(event) => setChannel(event.target.value)} /></label>
        <label>
          Kind of touch
          <select className={styles.input} value={interaction} onChange={(event) => setInteraction(event.target.value)}>
            <option value={ANY}>any</option>
            {INTERACTIONS.map((kind) => <option key={kind} value={kind}>{kind.replaceAll("_", " ")}</option>)}
          </select>
        </label>
        <label>Days, 0 for never<input className={`${styles.input ?? ""} ${styles.number ?? ""}`} type="number" min={0} max={365} value={days} onChange={(event) => setDays(Math.max(0, Math.round(Number(event.target.value))))} /></label>
        <Button onPress={add}>Add window</Button>
      </div>
      <p className={styles.note}>Read from the top: the first that fits decides, the window above holds for all others.</p>
    </fieldset>
  );
}
