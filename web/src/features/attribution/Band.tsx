/** An interval as a band with a tick, on one scale for its column; ± percent beside it. */
import { toNumber, type Micros } from "../../lib/decimal";
import { money, percent } from "../../lib/format";

interface BandProps {
  value: Micros;
  low: Micros | null;
  high: Micros | null;
  /** The end of the column's scale. */
  most: number;
  colour: string;
  currency: string;
}

const WIDTH = 62;
const INSET = 2;

export function Band({ value, low, high, most, colour, currency }: BandProps) {
  if (low === null || high === null || most <= 0) return <span className="muted">—</span>;
  const place = (amount: Micros) => INSET + (Math.min(most, Math.max(0, toNumber(amount))) / most) * (WIDTH - 2 * INSET);
  const [from, to, tick] = [place(low), place(high), place(value)];
  const reach = toNumber(value) === 0 ? null : (toNumber(high) - toNumber(low)) / 2 / Math.abs(toNumber(value));
  return (
    <span style={{ display: "inline-flex", gap: 8, alignItems: "center" }}>
      <svg width={WIDTH} height={20} viewBox={`0 0 ${WIDTH} 20`} role="img" aria-label={`95% interval ${money(low, currency)} to ${money(high, currency)}`}>
        <path d={`M${INSET} 10H${WIDTH - INSET}`} stroke="var(--chart-grid)" />
        <rect x={from} y={5} width={Math.max(2, to - from)} height={10} rx={2} fill={colour} opacity={0.4} />
        <path d={`M${tick} 3v14`} stroke={colour} strokeWidth={2.5} />
      </svg>
      <span className="sec" style={{ fontVariantNumeric: "tabular-nums" }}>{reach === null ? "" : `±${percent(reach)}`}</span>
    </span>
  );
}
