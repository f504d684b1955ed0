/** Lines over equal steps, labelled at their ends, walkable by the arrow keys. A line ends where its values do; nothing is drawn across a gap. */
import { useState } from "react";

import { useWidth } from "../ui/useWidth";
import styles from "./charts.module.css";
import { spread } from "./spread";

export interface LineSeries {
  key: string;
  label: string;
  colour: string;
  /** Dotted where it is no source of its own, such as "Unattributed". */
  dotted?: boolean;
  values: readonly (number | null)[];
}

interface LinesProps {
  /** One word or number a step. */
  steps: readonly string[];
  /** What the steps are: "Month since the first order". */
  stepsAre: string;
  series: readonly LineSeries[];
  /** A horizontal line with its words. */
  mark?: { value: number; label: string };
  /** One sentence with the main finding. */
  label: string;
  format: (value: number) => string;
}

const TOP = 12;
const BOTTOM = 36;
const HEIGHT = 300;
const NARROW = 560;
const LINES = 4;

export function Lines({ steps, stepsAre, series, mark, label, format }: LinesProps) {
  const [ref, width] = useWidth<HTMLDivElement>(740);
  const [at, setAt] = useState<{ line: number; step: number } | null>(null);
  const narrow = width < NARROW;
  const left = 46;
  const right = width - (narrow ? 12 : 16 + 6.6 * Math.max(10, ...series.map((line) => line.label.length)));
  const known = series.flatMap((line) => line.values.filter((value) => value !== null));
  const top = niceTop(Math.max(mark?.value ?? 0, ...known, 0));
  const x = (step: number) => left + (steps.length > 1 ? (step / (steps.length - 1)) * (right - left) : 0);
  const y = (value: number) => TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM);
  const last = (line: LineSeries) => line.values.findLastIndex((value) => value !== null);
  const ends = spread(series.map((line) => y(line.values[last(line)] ?? 0)), 14, TOP, HEIGHT - BOTTOM);
  const focused = at ? series[at.line] : undefined;
  const value = at ? focused?.values[at.step] : undefined;
  const readout = at && focused ? `${focused.label}, ${stepsAre.toLowerCase()} ${steps[at.step] ?? ""}: ${value === null || value === undefined ? "not known yet" : format(value)}` : "";
  const every = Math.max(1, Math.ceil(steps.length / (narrow ? 6 : 13)));

  const move = (event: React.KeyboardEvent) => {
    const now = at ?? { line: 0, step: 0 };
    const keys: Record<string, [number, number]> = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
    const key = keys[event.key];
    if (event.key === "Escape") setAt(null);
    if (!key) return;
    event.preventDefault();
    const clamp = (place: number, count: number) => Math.min(count - 1, Math.max(0, place));
    setAt(at === null ? now : { line: clamp(now.line + key[0], series.length), step: clamp(now.step + key[1], steps.length) });
  };

  return (
    <div ref={ref} className={styles.walk} tabIndex={0} role="group" aria-label={`${label} Arrow keys walk its points.`} onKeyDown={move} onBlur={() => setAt(null)}>
      <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} aria-hidden="true" className={styles.plain}>
        {Array.from({ length: LINES + 1 }, (_, index) => (top * index) / LINES).map((tick) => (
          <g key={tick}>
            <path d={`M${left} ${y(tick)}H${right}`} stroke="var(--chart-grid)" />
            <text x={left - 8} y={y(tick) + 4} textAnchor="end">{format(tick)}</text>
          </g>
        ))}
        {steps.map((step, index) => (index % every === 0 ? <text key={step} x={x(index)} y={HEIGHT - BOTTOM + 17} textAnchor="middle">{step}</text> : null))}
        <text x={(left + right) / 2} y={HEIGHT - 3} textAnchor="middle" className={styles.axis}>{stepsAre}</text>
        {mark && mark.value <= top ? (
          <g>
            <path d={`M${left} ${y(mark.value)}H${right}`} stroke="var(--text-secondary)" strokeDasharray="5 4" strokeWidth="1.5" />
            <text x={right} y={y(mark.value) - 6} textAnchor="end" className={styles.axisStrong}>{mark.label}</text>
          </g>
        ) : null}
        {series.map((line, index) => (
          <g key={line.key} className={styles.line} opacity={at !== null && at.line !== index ? 0.25 : 1}>
            <path d={path(line.values, x, y)} fill="none" stroke={line.colour} strokeWidth="2" strokeDasharray={line.dotted ? "2 3" : undefined} className={styles.moves} />
            {line.values.map((point, step) => (point === null ? null : (
              <circle key={step} cx={x(step)} cy={y(point)} r={at?.line === index && at.step === step ? 6 : 3} fill={line.colour} stroke="var(--surface-panel)" strokeWidth="1.5">
                <title>{`${line.label}, ${stepsAre.toLowerCase()} ${steps[step] ?? ""}: ${format(point)}`}</title>
              </circle>
            )))}
            {narrow || last(line) < 0 ? null : <text x={x(last(line)) + 10} y={(ends[index] ?? 0) + 4} className={styles.name}>{line.label}</text>}
          </g>
        ))}
      </svg>
      <div className={styles.readout} role="status">{readout}</div>
      {narrow ? (
        <ul className={styles.legend}>
          {series.map((line) => <li key={line.key}><i style={{ background: line.colour }} />{line.label}</li>)}
        </ul>
      ) : null}
    </div>
  );
}

/** 1, 2, 2.5 or 5 times a power of ten, at least `value`: the axis ends on a round number. */
export function niceTop(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 2.5, 5, 10].find((step) => step * power >= value * 0.999) ?? 10) * power;
}

function path(values: readonly (number | null)[], x: (step: number) => number, y: (value: number) => number): string {
  let pen = "M";
  return values.map((value, step) => {
    if (value === null) {
      pen = "M";
      return "";
    }
    const point = `${pen}${x(step).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = "L";
    return point;
  }).join("");
}
