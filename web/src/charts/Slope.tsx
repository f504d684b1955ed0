/** How values move from one column to the next: a line a series, labelled at both ends, walkable by the arrow keys. */
import { useState } from "react";

import { useWidth } from "../ui/useWidth";
import styles from "./charts.module.css";
import { spread } from "./spread";

export interface SlopeSeries {
  key: string;
  label: string;
  colour: string;
  values: readonly number[];
}

interface SlopeProps {
  axes: readonly { key: string; label: string; strong: boolean }[];
  series: readonly SlopeSeries[];
  /** One sentence with the main finding. */
  label: string;
  format: (value: number) => string;
}

const TOP = 34;
const HEIGHT = 330;
const NARROW = 560;

export function Slope({ axes, series, label, format }: SlopeProps) {
  const [ref, width] = useWidth<HTMLDivElement>(740);
  const [at, setAt] = useState<{ line: number; axis: number } | null>(null);
  const narrow = width < NARROW;
  // Room for the longest name (about 6.6 px a letter) and the value beside it.
  const left = narrow ? 40 : 58 + 6.6 * Math.max(12, ...series.map((line) => line.label.length));
  const right = width - (narrow ? 44 : 62);
  const highest = Math.max(0, ...series.flatMap((line) => line.values));
  const lowest = Math.min(0, ...series.flatMap((line) => line.values));
  const x = (axis: number) => left + (axes.length > 1 ? (axis / (axes.length - 1)) * (right - left) : 0);
  const y = (value: number) => TOP + (1 - (value - lowest) / (highest - lowest || 1)) * (HEIGHT - TOP - 14);
  const ends = (axis: number) => spread(series.map((line) => y(line.values[axis] ?? 0)), 13, TOP, HEIGHT - 4);
  const leftEnds = ends(0);
  const rightEnds = ends(axes.length - 1);
  const focused = at ? series[at.line] : undefined;
  const readout = at && focused ? `${focused.label}, ${axes[at.axis]?.label ?? ""}: ${format(focused.values[at.axis] ?? 0)}` : "";

  const move = (event: React.KeyboardEvent) => {
    const now = at ?? { line: 0, axis: 0 };
    const steps: Record<string, [number, number]> = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
    const step = steps[event.key];
    if (event.key === "Escape") setAt(null);
    if (!step) return;
    event.preventDefault();
    const clamp = (value: number, count: number) => Math.min(count - 1, Math.max(0, value));
    setAt(at === null ? now : { line: clamp(now.line + step[0], series.length), axis: clamp(now.axis + step[1], axes.length) });
  };

  return (
    <div ref={ref} className={styles.walk} tabIndex={0} role="group" aria-label={`${label} Arrow keys walk its points.`} onKeyDown={move} onBlur={() => setAt(null)}>
      <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} aria-hidden="true" className={styles.plain}>
        {axes.map((axis, index) => (
          <g key={axis.key}>
            <path d={`M${x(index)} ${TOP - 8}V${HEIGHT - 6}`} stroke="var(--chart-grid)" />
            <text x={x(index)} y={14} textAnchor={index === 0 && narrow ? "start" : index === axes.length - 1 && narrow ? "end" : "middle"} className={axis.strong ? styles.axisStrong : styles.axis}>{axis.label}</text>
          </g>
        ))}
        {series.map((line, index) => {
          const points = line.values.map((value, axis) => [x(axis), y(value)] as const);
          const quiet = at !== null && at.line !== index;
          return (
            <g key={line.key} className={styles.line} opacity={quiet ? 0.25 : 1}>
              <path d={smooth(points)} fill="none" stroke={line.colour} strokeWidth="2" className={styles.moves} />
              {points.map(([px, py], axis) => (
                <circle key={axis} cx={px} cy={py} r={at?.line === index && at.axis === axis ? 6 : 3.5} fill={line.colour} stroke="var(--surface-panel)" strokeWidth="1.5">
                  <title>{`${line.label}, ${axes[axis]?.label ?? ""}: ${format(line.values[axis] ?? 0)}`}</title>
                </circle>
              ))}
              {narrow ? null : <text x={left - 48} y={(leftEnds[index] ?? 0) + 4} textAnchor="end" className={styles.name}>{line.label}</text>}
              <text x={left - 8} y={(leftEnds[index] ?? 0) + 4} textAnchor="end">{format(line.values[0] ?? 0)}</text>
              <text x={right + 9} y={(rightEnds[index] ?? 0) + 4} className={styles.strong}>{format(line.values.at(-1) ?? 0)}</text>
            </g>
          );
        })}
      </svg>
      {narrow ? (
        <ul className={styles.legend}>
          {series.map((line) => <li key={line.key}><i style={{ background: line.colour }} aria-hidden="true" />{line.label}</li>)}
        </ul>
      ) : null}
      <p className={styles.readout} role="status">{readout}</p>
    </div>
  );
}

function smooth(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], index) => {
    const before = points[index - 1];
    if (!before) return `M${x.toFixed(1)} ${y.toFixed(1)}`;
    const middle = ((before[0] + x) / 2).toFixed(1);
    return `C${middle} ${before[1].toFixed(1)} ${middle} ${y.toFixed(1)} ${x.toFixed(1)} ${y.toFixed(1)}`;
  }).join("");
}
