/** The card that a figure opens: a popover on wide screens, a bottom sheet on a phone. Esc closes, focus returns. */
import type { ReactNode } from "react";
import { Dialog, DialogTrigger } from "react-aria-components/Dialog";
import { Popover } from "react-aria-components/Popover";
import { Button } from "react-aria-components/Button";

import styles from "./Card.module.css";
import { classes } from "./classes";
import { Icon } from "./Icon";

interface FigureButtonProps {
  /** What readers hear before the figure: "Meta Ads, credited revenue, Linear". */
  label: string;
  children: ReactNode;
  /** Built only when it opens. */
  card: () => ReactNode;
  block?: boolean;
}

/** Every figure that was computed is a button; its card shows arithmetic that can be redone on paper. */
export function FigureButton({ label, children, card, block = false }: FigureButtonProps) {
  return (
    <DialogTrigger>
      <Button className={classes(styles.figure, block && styles.block)}>
        {children}
        <span className="sr">, explain {label}</span>
      </Button>
      <Popover className={styles.popover ?? ""} placement="bottom end" offset={6}>
        <Dialog className={styles.dialog ?? ""} aria-label={`How ${label} was made`}>
          {card()}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

interface CardProps {
  title: string;
  figure: string;
  /** Lines of the sum, the last is the result. */
  steps: readonly { text: string; value: string }[];
  note?: ReactNode;
  facts: readonly { name: string; value: ReactNode }[];
  footer?: ReactNode;
}

export function Card({ title, figure, steps, note, facts, footer }: CardProps) {
  return (
    <>
      <i className={styles.handle} aria-hidden="true" />
      <header className={styles.head}>
        <div>
          <span className="muted small">{title}</span>
          <div className={styles.big}>{figure}</div>
        </div>
        <Button slot="close" className={styles.close ?? ""} aria-label="Close"><Icon name="close" /></Button>
      </header>
      <section className={styles.section}>
        <div className={styles.sum}>
          {steps.map((step, index) => (
            <div key={index} className={classes(styles.step, index === steps.length - 1 && styles.result)}>
              <span>{step.text}</span>
              <span>{step.value}</span>
            </div>
          ))}
        </div>
        {note ? <p className="small sec" style={{ marginTop: 6 }}>{note}</p> : null}
      </section>
      <section className={styles.section}>
        <dl className={styles.facts}>
          {facts.map((fact) => (
            <div key={fact.name}>
              <dt>{fact.name}</dt>
              <dd>{fact.value}</dd>
            </div>
          ))}
        </dl>
      </section>
      {footer ? <footer className={styles.footer}>{footer}</footer> : null}
    </>
  );
}
