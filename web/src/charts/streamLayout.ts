/** Geometry of streams, without React: where each ribbon begins, ends, and how wide it is. */

interface Flow {
  spend: number | null;
  revenue: number;
}

interface Frame {
  left: number;
  right: number;
  top: number;
  /** Least distance between two labels. */
  pitch: number;
}

export interface Ribbon {
  path: string;
  labelY: number;
}

export interface StreamLayout {
  ribbons: Ribbon[];
  height: number;
  joinTop: number;
  joinBottom: number;
  joinMiddle: number;
}

const GAP = 2;
/** A stream that carries something is never thinner than this, or it could not be seen. */
const HAIR = 1;

export function layOutStreams(flows: readonly Flow[], frame: Frame): StreamLayout {
  const room = flows.length * frame.pitch - 14;
  const revenue = flows.reduce((total, flow) => total + Math.max(0, flow.revenue), 0);
  const widest = Math.max(revenue, ...flows.map((flow) => flow.spend ?? 0));
  const scale = widest > 0 ? (room - GAP * flows.length) / widest : 0;
  const size = (value: number | null) => (value !== null && value > 0 ? Math.max(HAIR, value * scale) : 0);

  // The left ends: one label's height each, more where a spend is wider than that.
  let cursor = frame.top;
  const starts = flows.map((flow) => {
    const thickness = size(flow.spend);
    const slot = Math.max(frame.pitch, thickness + 8);
    const middle = cursor + slot / 2;
    cursor += slot;
    return { middle, thickness };
  });
  const bottom = cursor;

  // The right ends: joined, a hair apart, centred on the left ends.
  const joined = flows.reduce((total, flow) => total + size(flow.revenue), 0) + GAP * Math.max(0, flows.length - 1);
  const joinTop = frame.top + Math.max(0, (bottom - frame.top - joined) / 2);
  let at = joinTop;
  const bend = (frame.right - frame.left) * 0.3;
  const shoulder = frame.right - (frame.right - frame.left) * 0.28;
  const ribbons = flows.map((flow, index) => {
    const start = starts[index] ?? { middle: frame.top, thickness: 0 };
    const end = size(flow.revenue);
    const [a, b] = [start.middle - start.thickness / 2, start.middle + start.thickness / 2];
    const [c, d] = [at, at + end];
    at = d + GAP;
    const path =
      `M${frame.left} ${r(a)}C${r(frame.left + bend)} ${r(a)} ${r(shoulder - bend)} ${r(c)} ${r(shoulder)} ${r(c)}L${frame.right} ${r(c)}` +
      `L${frame.right} ${r(d)}L${r(shoulder)} ${r(d)}C${r(shoulder - bend)} ${r(d)} ${r(frame.left + bend)} ${r(b)} ${frame.left} ${r(b)}Z`;
    return { path, labelY: start.middle };
  });
  const joinBottom = Math.max(joinTop, at - GAP);
  return { ribbons, height: Math.max(bottom, joinBottom) + 8, joinTop, joinBottom, joinMiddle: (joinTop + joinBottom) / 2 };
}

function r(value: number): string {
  return value.toFixed(1);
}
