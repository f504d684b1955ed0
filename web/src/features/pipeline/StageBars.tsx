/** One bar a stage: who went on, who is still there, who was lost. */
import type { PipelineStage } from "../../api/types";
import { count, percent, plural } from "../../lib/format";
import { stageLabel } from "./figures";
import styles from "./Pipeline.module.css";

const PARTS = [
  { key: "progressed", label: "went on" },
  { key: "open", label: "still open" },
  { key: "lost", label: "lost" },
] as const;

export function StageBars({ stages }: { stages: readonly PipelineStage[] }) {
  const widest = Math.max(1, ...stages.map((stage) => stage.entered));
  return (
    <>
      <ul className={styles.legend} aria-hidden="true">
        {PARTS.map((part) => <li key={part.key}><i className={styles[part.key]} />{part.label}</li>)}
      </ul>
      <ol className={styles.bars} aria-label="Leads by stage: went on, still open, lost">
        {stages.map((stage) => (
          <li key={stage.stage}>
            <b>{stageLabel(stage.stage)}</b>
            <span className={styles.track} aria-hidden="true">
              <span className={styles.fill} style={{ width: `${(stage.entered / widest) * 100}%` }}>
                {PARTS.map((part) => (stage[part.key] > 0 ? <i key={part.key} className={styles[part.key]} style={{ flexGrow: stage[part.key] }} /> : null))}
              </span>
            </span>
            <span className={styles.entered}>{count(stage.entered)}</span>
            <small>
              {percent(stage.conversion_rate)} went on, {percent(stage.drop_off_rate)} lost, {plural(stage.open, "lead")} open{stage.skipped > 0 ? `, ${count(stage.skipped)} skipped it` : ""}
            </small>
          </li>
        ))}
      </ol>
    </>
  );
}
