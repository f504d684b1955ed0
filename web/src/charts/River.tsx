/** One customer's river of credit: each touch rises from its moment and flows into the order, as wide as its credit. */
import { useWidth } from "../ui/useWidth";
import styles from "./charts.module.css";
import { layOutRiver, ticks } from "./riverLayout";

export interface RiverTouch {
  key: string;
  /** Number on the node. */
  place: number;
  label: string;
  colour: string;
  /** Milliseconds since the epoch. */
  at: number;
  credit: number;
  creditText: string;
}

interface RiverProps {
  touches: readonly RiverTouch[];
  order: { at: number; caption: string; short: string; figure: string; lines: readonly string[] };
  window: { opensAt: number; caption: string };
  tickText: (at: number) => string;
  label: string;
}

const HEIGHT = 262;
const BASE = 214;
const NARROW = 600;
/** A node smaller than this has no room for its number. */
const READABLE = 8;

export function River({ touches, order, window, tickText, label }: RiverProps) {
  const [ref, width] = useWidth<HTMLDivElement>(1100);
  const narrow = width < NARROW;
  const right = narrow ? width - 96 : width - 200;
  const layout = layOutRiver(touches, { from: window.opensAt, to: order.at, left: 14, right, base: BASE, top: 42, radius: 10 });
  const joinMiddle = (layout.joinTop + layout.joinBottom) / 2;
  const textX = right + (narrow ? 14 : 18);
  return (
    <div ref={ref}>
      <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={label} className={styles.plain}>
        <rect x={layout.openX} y="28" width={Math.max(0, right - layout.openX)} height={BASE - 28} fill="var(--chart-band)" opacity=".55" />
        <path d={`M${layout.openX} 20V${BASE}`} stroke="var(--accent)" strokeDasharray="3 3" />
        <text x={layout.openX + 6} y="22" className={styles.linkText}>{window.caption}</text>
        <path d={`M14 ${BASE}H${right}`} stroke="var(--border-strong)" />
        {ticks(layout, narrow ? 3 : 6).map((tick) => (
          <g key={tick.at}>
            <path d={`M${tick.x} ${BASE}v14`} stroke="var(--border-strong)" />
            <text x={tick.x} y={BASE + 28} textAnchor="middle">{tickText(tick.at)}</text>
          </g>
        ))}
        {layout.ribbons.map((ribbon, index) => (
          <path key={touches[index]?.key} d={ribbon.path} fill={touches[index]?.colour} className={styles.ribbon}>
            <title>{`${touches[index]?.label ?? ""}: ${touches[index]?.creditText ?? ""}`}</title>
          </path>
        ))}
        {layout.ribbons.map((ribbon, index) => {
          const touch = touches[index];
          return touch ? (
            <g key={touch.key}>
              <circle cx={ribbon.x} cy={BASE} r={layout.radius} fill="var(--surface-panel)" stroke={touch.colour} strokeWidth="2" />
              {layout.radius >= READABLE ? <text x={ribbon.x} y={BASE + 4} textAnchor="middle" className={styles.node}>{touch.place}</text> : null}
            </g>
          ) : null;
        })}
        <path d={`M${right + 2} ${layout.joinTop}h5V${layout.joinBottom}h-5`} fill="none" stroke="var(--chart-axis)" />
        <text x={textX} y={joinMiddle - 20} className={styles.small}>{narrow ? order.short : order.caption}</text>
        <text x={textX} y={joinMiddle + 4} className={narrow ? styles.figureSmall : styles.figure}>{order.figure}</text>
        {narrow ? null : order.lines.map((line, index) => (
          <text key={line} x={textX} y={joinMiddle + 24 + index * 17} className={styles.small}>{line}</text>
        ))}
      </svg>
    </div>
  );
}
