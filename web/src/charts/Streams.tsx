/** Streams of money: each begins as wide as its spend and ends as wide as the revenue credited to it. Both ends share one scale. */
import { useWidth } from "../ui/useWidth";
import styles from "./charts.module.css";
import { UNATTRIBUTED_FILL } from "./Patterns";
import { layOutStreams } from "./streamLayout";

export interface Stream {
  key: string;
  label: string;
  colour: string;
  hatched: boolean;
  spend: number | null;
  revenue: number;
  spendText: string;
  revenueText: string;
}

interface StreamsProps {
  streams: readonly Stream[];
  /** One sentence with the main finding. */
  label: string;
  /** Lines beside the joined river: what all revenue is, then smaller print. */
  summary: { caption: string; figure: string; lines: readonly string[] };
}

const NARROW = 600;

export function Streams({ streams, label, summary }: StreamsProps) {
  const [ref, width] = useWidth<HTMLDivElement>(740);
  const narrow = width < NARROW;
  const left = narrow ? 134 : 240;
  const right = narrow ? width - 4 : width - 176;
  const layout = layOutStreams(streams, { left, right, top: narrow ? 8 : 28, pitch: narrow ? 38 : 32 });
  const bracketX = right + 8;
  return (
    <div ref={ref}>
      <svg width={width} height={layout.height} viewBox={`0 0 ${width} ${layout.height}`} role="img" aria-label={label} className={styles.plain}>
        {narrow ? null : (
          <>
            <text x="0" y="12">Channel</text>
            <text x={left - 14} y="12" textAnchor="end">Spend → credited revenue</text>
          </>
        )}
        {layout.ribbons.map((ribbon, index) => {
          const stream = streams[index];
          if (!stream) return null;
          return (
            <g key={stream.key} className={styles.stream}>
              <text x="0" y={ribbon.labelY + (narrow ? -3 : 4)} className={styles.name}>{stream.label}</text>
              {narrow ? (
                <text x="0" y={ribbon.labelY + 11}>{stream.revenueText}</text>
              ) : (
                <text x={left - 14} y={ribbon.labelY + 4} textAnchor="end" className={styles.small}>
                  {stream.hatched ? "" : `${stream.spendText} → `}
                  <tspan className={styles.strong}>{stream.revenueText}</tspan>
                </text>
              )}
              <path d={ribbon.path} fill={stream.hatched ? UNATTRIBUTED_FILL : stream.colour} className={styles.ribbon}>
                <title>{`${stream.label}: ${stream.hatched ? "" : `${stream.spendText} spent, `}${stream.revenueText} credited`}</title>
              </path>
            </g>
          );
        })}
        {narrow ? null : (
          <>
            <path d={`M${bracketX} ${layout.joinTop}h5V${layout.joinBottom}h-5`} fill="none" stroke="var(--chart-axis)" />
            <text x={bracketX + 16} y={layout.joinMiddle - 14} className={styles.small}>{summary.caption}</text>
            <text x={bracketX + 16} y={layout.joinMiddle + 9} className={styles.figure}>{summary.figure}</text>
            {summary.lines.map((line, index) => (
              <text key={line} x={bracketX + 16} y={layout.joinMiddle + 28 + index * 17} className={styles.small}>{line}</text>
            ))}
          </>
        )}
      </svg>
    </div>
  );
}
