/** Small marks: a channel's swatch, a state's tag and dot. State is always a word too. */
import type { ReactNode } from "react";

import { classes } from "./classes";
import styles from "./Mark.module.css";

/** A channel's colour; unattributed is hatched, never solid. */
export function Swatch({ colour, hatched = false }: { colour: string; hatched?: boolean }) {
  return <i className={classes(styles.swatch, hatched && styles.hatched)} style={hatched ? undefined : { background: colour }} aria-hidden="true" />;
}

export function Named({ colour, hatched = false, children }: { colour: string; hatched?: boolean; children: ReactNode }) {
  return (
    <span className={styles.named}>
      <Swatch colour={colour} hatched={hatched} />
      <span className={styles.name}>{children}</span>
    </span>
  );
}

export type Tone = "plain" | "good" | "bad" | "warn" | "info" | "accent";

export function Tag({ tone = "plain", title, children }: { tone?: Tone; title?: string | undefined; children: ReactNode }) {
  return <span className={classes(styles.tag, styles[tone])} title={title}>{children}</span>;
}

export function Dot({ state }: { state: "good" | "warn" | "bad" | "off" }) {
  return <i className={classes(styles.dot, styles[`dot_${state}`])} aria-hidden="true" />;
}

/** A horizontal bar whose length is a share from 0 to 1. */
export function Bar({ share, colour }: { share: number; colour: string }) {
  return (
    <span className={styles.bar} aria-hidden="true">
      <i style={{ width: `${Math.max(0, Math.min(1, share)) * 100}%`, background: colour }} />
    </span>
  );
}
