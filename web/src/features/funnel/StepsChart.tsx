/** The steps side by side, each with its rate and what changed; one below the other when narrow. */
import type { FunnelFigures, MarketingFunnel } from "../../api/types";
import { rangeText } from "../../lib/dates";
import { classes } from "../../ui/classes";
import { Delta } from "../../ui/Delta";
import { Bar } from "../../ui/Mark";
import styles from "./Funnel.module.css";
import { numberOf, RATE_WORDS, rateChange, rateText, STEP_LABELS, STEP_SOURCES, valueChange, valueText } from "./steps";

export function StepsChart({ funnel }: { funnel: MarketingFunnel }) {
  const against = funnel.compared ? rangeText({ from: funnel.compared[0] ?? "", to: funnel.compared[1] ?? "" }) : null;
  return (
    <ol className={styles.steps} aria-label="Steps from impression to revenue">
      {funnel.total.steps.map((figures) => (
        <li key={figures.step} data-step={figures.step}>
          <Rate figures={figures} currency={funnel.currency} against={against} />
          <div className={styles.step}>
            <h3>{STEP_LABELS[figures.step]}</h3>
            <p className={styles.value}>{valueText(figures, funnel.currency)}</p>
            <p className={styles.change}>{against && numberOf(figures.value) !== null ? <Delta change={valueChange(figures)} against={against} /> : null}</p>
            <p className={styles.source}>{numberOf(figures.value) === null ? "not covered" : STEP_SOURCES[figures.step]}</p>
          </div>
        </li>
      ))}
    </ol>
  );
}

/** Between two steps; the bar is the share, cut at all of it. */
function Rate({ figures, currency, against }: { figures: FunnelFigures; currency: string; against: string | null }) {
  const rate = numberOf(figures.rate);
  if (RATE_WORDS[figures.step] === "") return <div className={classes(styles.rate, styles.none)} />;
  return (
    <div className={styles.rate}>
      <b>{rateText(figures, currency)}</b>
      <span>{RATE_WORDS[figures.step]}</span>
      {figures.step === "revenue" || rate === null ? null : <Bar share={rate} colour="var(--accent)" />}
      {against && rate !== null ? <Delta change={rateChange(figures)} against={against} /> : null}
    </div>
  );
}
