/** The strip of key figures of a pipeline. */
import type { Pipeline } from "../../api/types";
import { parseDecimal } from "../../lib/decimal";
import { count, duration, money, percent } from "../../lib/format";
import styles from "./Pipeline.module.css";

export function Outcomes({ pipeline }: { pipeline: Pipeline }) {
  const { outcome, currency } = pipeline;
  const cash = (text: string | null, digits: "whole" | "minor" = "whole") => money(text === null ? null : parseDecimal(text), currency, digits);
  const figures = [
    { key: "leads", label: "Leads", value: count(outcome.leads), note: `${count(outcome.open)} still open` },
    { key: "won", label: "Won", value: count(outcome.won), note: `${count(outcome.lost)} lost` },
    { key: "conversion", label: "Lead conversion", value: percent(outcome.lead_conversion_rate), note: "won ÷ leads" },
    { key: "win", label: "Win rate", value: percent(outcome.win_rate), note: "won ÷ (won + lost)" },
    { key: "value", label: "Average value", value: cash(outcome.average_value, "minor"), note: `${cash(outcome.won_value)} won` },
    { key: "cycle", label: "Median cycle", value: duration(outcome.cycle_median_seconds), note: `one in ten over ${duration(outcome.cycle_p90_seconds)}` },
    { key: "velocity", label: "Velocity a day", value: cash(outcome.velocity_per_day), note: "leads × win rate × value ÷ cycle" },
  ];
  return (
    <dl className={styles.strip}>
      {figures.map((figure) => (
        <div key={figure.key} data-figure={figure.key}>
          <dt>{figure.label}</dt>
          <dd>{figure.value}</dd>
          <dd>{figure.note}</dd>
        </div>
      ))}
    </dl>
  );
}
