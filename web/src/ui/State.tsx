/** Nothing to show, still waiting, gone wrong: each says why in one sentence and offers one way out. */
import { type ReactNode, useEffect, useState } from "react";

import { Button } from "./Button";
import styles from "./State.module.css";
import { copyText } from "./toast";

interface EmptyProps {
  title: string;
  why: ReactNode;
  action?: ReactNode;
  drawing?: "bars" | "line" | "streams";
}

export function Empty({ title, why, action, drawing = "bars" }: EmptyProps) {
  return (
    <div className={styles.state}>
      <Drawing kind={drawing} />
      <b>{title}</b>
      <p>{why}</p>
      {action ? <div className={styles.action}>{action}</div> : null}
    </div>
  );
}

function Drawing({ kind }: { kind: "bars" | "line" | "streams" }) {
  const heights = [30, 44, 38, 60, 52, 66, 48, 58];
  return (
    <svg viewBox="0 0 300 92" width="300" height="92" aria-hidden="true" className={styles.drawing}>
      {[8, 34, 60, 86].map((y) => (kind === "streams" ? null : <path key={y} d={`M0 ${y}H300`} stroke="var(--chart-grid)" />))}
      {kind === "bars" ? heights.map((height, index) => (
        <rect key={index} x={12 + index * 36} y={86 - height} width="22" height={height} fill="none" stroke="var(--border-control)" strokeDasharray="3 3" />
      )) : null}
      {kind === "line" ? <path d="M0 70 40 58 80 62 120 44M170 46 206 50 240 34 272 38 300 24" fill="none" stroke="var(--border-control)" strokeWidth="2" /> : null}
      {kind === "streams" ? [0, 1, 2, 3, 4, 5].map((index) => (
        <path key={index} d={`M0 ${8 + index * 15}C110 ${8 + index * 15} 130 ${40 + index * 2.4} 300 ${40 + index * 2.4}`} fill="none" stroke="var(--accent-line)" strokeWidth="2" strokeDasharray={index % 2 ? "5 5" : undefined} />
      )) : null}
    </svg>
  );
}

interface ErrorStateProps {
  title: string;
  detail: string;
  requestId?: string | null;
  onRetry?: () => void;
}

export function ErrorState({ title, detail, requestId, onRetry }: ErrorStateProps) {
  return (
    <div className={styles.state} role="alert">
      <b>{title}</b>
      <p>{detail}</p>
      <div className={styles.action}>
        {onRetry ? <Button size="small" onPress={onRetry}>Try again</Button> : null}
        {requestId ? (
          <Button size="small" kind="quiet" icon="copy" onPress={() => void copyText(requestId, "Copied the request id")}>
            <span className="mono">{requestId}</span>
          </Button>
        ) : null}
      </div>
    </div>
  );
}

/** Grey lines with the geometry of the result; shown only when the answer takes longer than 150 ms. */
export function Skeleton({ rows = 6, height, label }: { rows?: number; height?: number; label: string }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={styles.skeleton} style={height ? { minHeight: height } : undefined}>
      <span className="sr" role="status">{label}</span>
      {shown ? Array.from({ length: rows }, (_, row) => (
        <div key={row}>
          <i className={styles.bone} style={{ width: 90 + ((row * 37) % 60), marginRight: "auto" }} />
          <i className={styles.bone} style={{ width: 64 }} />
          <i className={styles.bone} style={{ width: 64 }} />
          <i className={styles.bone} style={{ width: 64 }} />
        </div>
      )) : null}
    </div>
  );
}
