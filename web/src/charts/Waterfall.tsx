/** From one level to the next: a bar a row, steps hanging where the one before ended. Walkable by the arrow keys. */
import { useState } from "react";

import { useWidth } from "../ui/useWidth";
import styles from "./charts.module.css";
import { UNATTRIBUTED_FILL } from "./Patterns";

export interface WaterfallBar {
  key: string;
  label: string;
  /** A level's height, or what a step adds; what it takes away is negative. */
  value: number;
  isLevel: boolean;
  /** Not known or not attributed: hatched, never solid. */
  isHatched: boolean;
}

interface WaterfallProps {
  bars: readonly WaterfallBar[];
  colour: string;
  /** One sentence with the main finding. */
  label: string;
  format: (value: number) => string;
}

const ROW = 30;
const TALL_ROW = 46;
const NARROW = 520;
const BAR = 16;

export function Waterfall({ bars, colour, label, format }: WaterfallProps) {
  const [ref, width] = useWidth<HTMLDivElement>(640);
  const [at, setAt] = useState<number | null>(null);
  const narrow = width < NARROW;
  const row = narrow ? TALL_ROW : ROW;
  const left = narrow ? 0 : 24 + 6.3 * Math.max(10, ...bars.map((bar) => bar.label.length));
  const right = width - 74;
  const spans = spansOf(bars);
  const highest = Math.max(1, ...spans.flat());
  const lowest = Math.min(0, ...spans.flat());
  const x = (value: number) => left + ((value - lowest) / (highest - lowest)) * (right - left);
  const focused = at === null ? undefined : bars[at];
  const move = (event: React.KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (event.key === "Escape") setAt(null);
    if (step === undefined) return;
    event.preventDefault();
    setAt(at === null ? 0 : Math.min(bars.length - 1, Math.max(0, at + step)));
  };
  return (
    <div ref={ref} className={styles.walk} tabIndex={0} role="group" aria-label={`${label} Arrow keys walk its bars.`} onKeyDown={move} onBlur={() => setAt(null)}>
      <svg width={width} height={bars.length * row + 4} viewBox={`0 0 ${width} ${bars.length * row + 4}`} aria-hidden="true" className={styles.plain}>
        <path d={`M${x(0)} 0V${bars.length * row}`} stroke="var(--chart-reference)" />
        {bars.map((bar, index) => {
          const [from, to] = spans[index] ?? [0, 0];
          const top = index * row + (narrow ? 22 : (row - BAR) / 2);
          const next = spans[index + 1];
          const fill = bar.isHatched ? UNATTRIBUTED_FILL : bar.isLevel ? colour : "var(--chart-reference)";
          const text = bar.isLevel ? format(bar.value) : `${bar.value > 0 ? "+" : ""}${format(bar.value)}`;
          return (
            <g key={bar.key} opacity={at !== null && at !== index ? 0.4 : 1} className={styles.line}>
              <text x={0} y={narrow ? top - 7 : top + BAR - 4} className={bar.isLevel ? styles.name : styles.small}>{bar.label}</text>
              <rect x={Math.min(x(from), x(to))} y={top} width={Math.max(1.5, Math.abs(x(to) - x(from)))} height={BAR} rx="2" fill={fill} stroke={bar.isHatched ? "var(--chart-none)" : "none"}>
                <title>{`${bar.label}: ${text}`}</title>
              </rect>
              {next ? <path d={`M${x(to)} ${top + BAR}V${top + row}`} stroke="var(--chart-reference)" strokeDasharray="2 2" /> : null}
              <text x={width} y={top + BAR - 4} textAnchor="end" className={bar.isLevel ? styles.axisStrong : styles.small}>{text}</text>
            </g>
          );
        })}
      </svg>
      <p className={styles.readout} role="status">{focused ? `${focused.label}: ${format(focused.value)}` : ""}</p>
    </div>
  );
}

/** Where each bar begins and ends. */
function spansOf(bars: readonly WaterfallBar[]): (readonly [number, number])[] {
  let level = 0;
  return bars.map((bar) => {
    const from = bar.isLevel ? 0 : level;
    level = from + bar.value;
    return [from, level] as const;
  });
}
