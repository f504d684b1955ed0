import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components/Button";
import type { ReactNode } from "react";

import styles from "./Button.module.css";
import { classes } from "./classes";
import { Icon, type IconName } from "./Icon";

export interface ButtonProps extends Omit<AriaButtonProps, "className" | "style" | "children"> {
  kind?: "primary" | "default" | "quiet";
  size?: "small" | "medium";
  icon?: IconName;
  busy?: boolean;
  children?: ReactNode;
}

/** Verb first. While busy it keeps its width and shows a spinner in place of the icon. */
export function Button({ kind = "default", size = "medium", icon, busy = false, children, ...rest }: ButtonProps) {
  const square = children === undefined;
  return (
    <AriaButton {...rest} isPending={busy} className={classes(styles.button, styles[kind], size === "small" && styles.s, square && styles.square)}>
      {busy ? <span className={styles.spinner} aria-hidden="true" /> : icon ? <Icon name={icon} small={!square} /> : null}
      {children}
    </AriaButton>
  );
}
