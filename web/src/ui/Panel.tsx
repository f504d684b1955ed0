import { type ReactNode, useId } from "react";

import { classes } from "./classes";
import styles from "./Panel.module.css";

interface PanelProps {
  title?: string;
  /** Unit, period, model: what must be known to read the figures. */
  sub?: ReactNode;
  actions?: ReactNode;
  footer?: ReactNode;
  /** While a newer answer is on its way the old one stays, dimmed. */
  stale?: boolean;
  /** Body without padding, for tables. */
  flush?: boolean;
  children?: ReactNode;
}

/** One question each; no panel within a panel. */
export function Panel({ title, sub, actions, footer, stale = false, flush = false, children }: PanelProps) {
  const heading = useId();
  return (
    <section className={classes(styles.panel, stale && styles.stale)} aria-labelledby={title ? heading : undefined} aria-busy={stale || undefined}>
      {stale ? <span className={styles.progress} aria-hidden="true" /> : null}
      {title ? (
        <div className={styles.head}>
          <div className={styles.titles}>
            <h2 id={heading}>{title}</h2>
            {sub ? <p>{sub}</p> : null}
          </div>
          {actions ? <div className={styles.actions}>{actions}</div> : null}
        </div>
      ) : null}
      <div className={classes(styles.body, flush && styles.flush)}>{children}</div>
      {footer ? <div className={styles.footer}>{footer}</div> : null}
    </section>
  );
}

/** Two columns, the first wider; one below the other when narrow. */
export function Columns({ kind = "2-1", children }: { kind?: "2-1" | "1-1"; children: ReactNode }) {
  return <div className={classes(styles.columns, kind === "2-1" ? styles.twoOne : styles.oneOne)}>{children}</div>;
}

export function Stack({ children }: { children: ReactNode }) {
  return <div className={styles.stack}>{children}</div>;
}

interface PageHeadProps {
  /** The finding, as a sentence. */
  title: string;
  context?: ReactNode;
  actions?: ReactNode;
}

export function PageHead({ title, context, actions }: PageHeadProps) {
  return (
    <div className={styles.pageHead}>
      <div>
        <h1>{title}</h1>
        {context ? <p>{context}</p> : null}
      </div>
      {actions ? <div className={styles.pageActions}>{actions}</div> : null}
    </div>
  );
}
