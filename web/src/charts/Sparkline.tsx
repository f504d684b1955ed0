import styles from "./charts.module.css";

interface SparklineProps {
  /** One point a step; null where there is no value, and no line is drawn across it. */
  values: readonly (number | null)[];
  colour?: string;
  filled?: boolean;
  width?: number;
  height?: number;
}

/** A small line without axes, hidden from readers: the figure beside it says the same. */
export function Sparkline({ values, colour = "var(--accent)", filled = true, width = 120, height = 26 }: SparklineProps) {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return <svg className={styles.spark} viewBox={`0 0 ${width} ${height}`} aria-hidden="true" />;
  const low = Math.min(...known);
  const span = Math.max(...known) - low || 1;
  const x = (index: number) => 2 + (index / (values.length - 1)) * (width - 4);
  const y = (value: number) => height - 3 - ((value - low) / span) * (height - 7);
  const runs: { index: number; value: number }[][] = [];
  values.forEach((value, index) => {
    if (value === null) return;
    const last = runs.at(-1);
    if (last && last.at(-1)?.index === index - 1) last.push({ index, value });
    else runs.push([{ index, value }]);
  });
  return (
    <svg className={styles.spark} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      {runs.map((run) => {
        const points = run.map((point) => `${x(point.index).toFixed(1)},${y(point.value).toFixed(1)}`).join(" ");
        const first = run[0];
        const last = run.at(-1);
        if (!first || !last) return null;
        return (
          <g key={first.index}>
            {filled ? <path d={`M${x(first.index)},${height} L${points} L${x(last.index)},${height}Z`} fill={colour} opacity=".09" /> : null}
            <path d={`M${points}`} fill="none" stroke={colour} strokeWidth="1.5" strokeLinejoin="round" vectorEffect="non-scaling-stroke" />
          </g>
        );
      })}
    </svg>
  );
}
