import { useEffect, useState } from "react";

import { Icon } from "./Icon";
import styles from "./Toaster.module.css";
import { dismissToast, useToast } from "./toast";

const SECONDS = 6;

/** Stays while it is hovered or holds the focus. */
export function Toaster() {
  const message = useToast();
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (!message || held) return;
    const timer = setTimeout(() => dismissToast(message.id), SECONDS * 1_000);
    return () => clearTimeout(timer);
  }, [message, held]);
  return (
    <div className={styles.region} role="status" aria-live="polite">
      {message ? (
        <div className={styles.toast} key={message.id} onMouseEnter={() => setHeld(true)} onMouseLeave={() => setHeld(false)} onFocus={() => setHeld(true)} onBlur={() => setHeld(false)}>
          <Icon name="check" small />
          <span>{message.text}</span>
          <button type="button" aria-label="Dismiss" onClick={() => dismissToast(message.id)}>
            <Icon name="close" small />
          </button>
        </div>
      ) : null}
    </div>
  );
}
