/** Window, journey, date and half-life: every change recomputes, none needs a button. */
import { useEffect, useState } from "react";

import { HALF_LIVES, WINDOW } from "../../lib/search";
import { Choice } from "../../ui/Choice";
import { RangeSlider } from "../../ui/RangeSlider";
import { Segmented } from "../../ui/Segmented";
import type { ViewState } from "../view/useView";
import styles from "./Attribution.module.css";

/** The figure follows the thumb at once; the question is asked when the thumb has rested this long. */
const REST_MS = 140;

export function ModelControls({ state }: { state: ViewState }) {
  const { view, change } = state;
  const halves = [...new Set([...HALF_LIVES, view.half])].sort((a, b) => a - b);
  return (
    <section className={styles.controls} aria-label="Model controls">
      <WindowSlider state={state} />
      <div>
        <span className={styles.label}>Journey after an order</span>
        <Segmented label="Journey after an order" value={view.journey} options={[{ key: "rolling", label: "Goes on" }, { key: "closed", label: "Starts again" }]} onChange={(journey) => change({ journey })} />
      </div>
      <div>
        <span className={styles.label}>Counted on</span>
        <Segmented label="Counted on" value={view.basis} options={[{ key: "conversion", label: "Order day" }, { key: "touch", label: "Touch day" }]} onChange={(basis) => change({ basis })} />
      </div>
      <div>
        <span className={styles.label}>Half-life, time decay</span>
        <Choice tall label="Half-life of time decay" value={String(view.half)} options={halves.map((days) => ({ key: String(days), label: days === 1 ? "1 day" : `${days} days` }))} onChange={(half) => change({ half: Number(half) })} />
      </div>
    </section>
  );
}

function WindowSlider({ state: { view, change } }: { state: ViewState }) {
  const [moving, setMoving] = useState<number | null>(null);
  useEffect(() => {
    if (moving === null) return;
    const timer = setTimeout(() => {
      change({ window: moving }, { replace: true });
      setMoving(null);
    }, REST_MS);
    return () => clearTimeout(timer);
    // `change` is new on every render; the timer must restart only when the thumb moves.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [moving]);
  const days = moving ?? view.window;
  return <RangeSlider label="Window" value={days} min={WINDOW.min} max={WINDOW.max} text={days === 1 ? "1 day" : `${days} days`} onChange={setMoving} />;
}
