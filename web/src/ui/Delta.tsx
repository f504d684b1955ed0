import type { Change } from "../lib/change";
import { classes } from "./classes";
import styles from "./Delta.module.css";

/** A change: sign and arrow first, then a colour that says whether it is good for this metric. */
export function Delta({ change, against }: { change: Change; against?: string }) {
  return (
    <span className={classes(styles.delta, styles[change.verdict])} title={against ? `${change.words} against ${against}` : undefined}>
      {change.arrow === "none" ? null : (
        <svg viewBox="0 0 8 8" aria-hidden="true">
          <path d={change.arrow === "up" ? "M4 1 7.500 7h-7z" : "M4 7 .5 1h7z"} />
        </svg>
      )}
      {change.text}
    </span>
  );
}
