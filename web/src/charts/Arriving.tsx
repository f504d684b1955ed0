/** Days with what has arrived (solid), what is still to come (hatched), and the range that holds it nine times of ten. */
import { useState } from "react";

import { useWidth } from "../ui/useWidth";
import styles from "./charts.module.css";
import { UNATTRIBUTED_FILL } from "./Patterns";

export interface ArrivingDay {
  key: string;
  label: string;
  arrived: number;
  expected: { expected: number; low: number; high: number } | null;
  /** "78% complete". */
  state: string;
}

interface ArrivingProps {
  days: readonly ArrivingDay[];
  label: string;
  format: (value: number) => string;
}

const TOP = 16;
const HEIGHT = 210;
const FOOT = 24;

export function Arriving({ days, label, format }: ArrivingProps) {
  const [ref, width] = useWidth<HTMLDivElement>(640);
  const [at, setAt] = useState<number | null>(null);
  const left = 44;
  const step = (width - left) / Math.max(1, days.length);
  const bar = Math.max(2, Math.min(34, step * 0.7));
  const highest = Math.max(1, ...days.map((day) => day.expected?.high ?? day.arrived));
  const y = (value: number) => TOP + (1 - value / highest) * (HEIGHT - TOP - FOOT);
  const every = Math.ceil(52 / step);
  const focused = at === null ? undefined : days[at];
  const move = (event: React.KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === "Escape") setAt(null);
    if (by === undefined) return;
    event.preventDefault();
    setAt(at === null ? days.length - 1 : Math.min(days.length - 1, Math.max(0, at + by)));
  };
  const range = (day: ArrivingDay) => (day.expected ? `; will be ${format(day.expected.expected)}, between ${format(day.expected.low)} and ${format(day.expected.high)}` : "");
  const told = (day: ArrivingDay) => `${day.label}, ${day.state}: ${format(day.arrived)} so far${range(day)}`;
  return (
    <div ref={ref} className={styles.walk} tabIndex={0} role="group" aria-label={`${label} Arrow keys walk the days.`} onKeyDown={move} onBlur={() => setAt(null)}>
      <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} aria-hidden="true" className={styles.plain}>
        {[0, 0.5, 1].map((part) => (
          <g key={part}>
            <path d={`M${left} ${y(highest * part)}H${width}`} stroke="var(--chart-grid)" />
            <text x={left - 6} y={y(highest * part) + 4} textAnchor="end" className={styles.small}>{format(highest * part)}</text>
          </g>
        ))}
        {days.map((day, index) => {
          const x = left + index * step + (step - bar) / 2;
          const middle = x + bar / 2;
          const expected = day.expected;
          return (
            <g key={day.key} opacity={at !== null && at !== index ? 0.4 : 1} className={styles.line}>
              <title>{told(day)}</title>
              <rect x={x} y={y(day.arrived)} width={bar} height={Math.max(0.5, y(0) - y(day.arrived))} fill="var(--accent)" />
              {expected && expected.expected > day.arrived ? (
                <>
                  <rect x={x} y={y(expected.expected)} width={bar} height={y(day.arrived) - y(expected.expected)} fill={UNATTRIBUTED_FILL} stroke="var(--chart-none)" strokeDasharray="2 2" />
                  <path d={`M${middle} ${y(expected.high)}V${y(expected.low)}M${middle - 3} ${y(expected.high)}h6M${middle - 3} ${y(expected.low)}h6`} stroke="var(--text-primary)" />
                </>
              ) : null}
              {(days.length - 1 - index) % every === 0 ? <text x={index === days.length - 1 ? width : middle} y={HEIGHT - 6} textAnchor={index === days.length - 1 ? "end" : "middle"} className={styles.small}>{day.label}</text> : null}
            </g>
          );
        })}
      </svg>
      <ul className={styles.legend}>
        <li><i style={{ background: "var(--accent)" }} aria-hidden="true" />Arrived</li>
        <li><svg width="10" height="10" aria-hidden="true"><rect width="10" height="10" fill={UNATTRIBUTED_FILL} stroke="var(--chart-none)" /></svg>Still arriving</li>
        <li>The line holds the outcome nine times of ten</li>
      </ul>
      <p className={styles.readout} role="status">{focused ? told(focused) : ""}</p>
    </div>
  );
}
