/** Geometry of the river of credit, without React. */

interface Source {
  at: number;
  credit: number;
}

interface Frame {
  from: number;
  to: number;
  left: number;
  right: number;
  base: number;
  top: number;
  /** Of a node: nodes are moved apart by their diameter. */
  radius: number;
}

export interface RiverLayout {
  ribbons: { path: string; x: number }[];
  /** Of the nodes: smaller where many touches share little room. */
  radius: number;
  openX: number;
  joinTop: number;
  joinBottom: number;
  from: number;
  to: number;
  left: number;
  right: number;
}

const GAP = 1;
const FULL = 118;

/** Touches in order of time. The widest possible river (all credit on one touch) keeps one width whatever the model. */
export function layOutRiver(touches: readonly Source[], frame: Frame): RiverLayout {
  const span = Math.max(1, frame.to - frame.from);
  const margin = 18;
  const end = frame.right - margin;
  const x = (at: number) => frame.left + margin + ((at - frame.from) / span) * (end - frame.left - margin);
  const total = touches.reduce((sum, touch) => sum + Math.max(0, touch.credit), 0);
  const size = (credit: number) => (total > 0 && credit > 0 ? (credit / total) * FULL : 0);

  const start = frame.left + margin;
  const distance = Math.min(frame.radius * 2 + 2, touches.length > 1 ? (end - start) / (touches.length - 1) : Infinity);
  const radius = Math.max(2, Math.min(frame.radius, distance / 2 - 1));
  const places = touches.map((touch) => x(touch.at));
  for (let index = places.length - 2; index >= 0; index--) places[index] = Math.min(places[index] ?? end, (places[index + 1] ?? end) - distance);
  for (let index = 0; index < places.length; index++) places[index] = Math.max(places[index] ?? start, index === 0 ? start : (places[index - 1] ?? start) + distance);
  let at = frame.top;
  const ribbons = touches.map((touch, index) => {
    const middle = places[index] ?? end;
    const width = size(touch.credit);
    const foot = Math.max(Math.min(width, radius * 1.8), width > 0 ? 1 : 0);
    const [a, b] = [at, at + width];
    if (width > 0) at = b + GAP;
    const reach = Math.min(120, Math.max(8, frame.right - middle - 6));
    const [outer, inner] = [middle - foot / 2, middle + foot / 2];
    const path =
      `M${r(outer)} ${frame.base}C${r(outer)} ${r(a + reach * 0.3)} ${r(outer + reach * 0.4)} ${r(a)} ${r(outer + reach)} ${r(a)}L${frame.right} ${r(a)}` +
      `L${frame.right} ${r(b)}L${r(outer + reach)} ${r(b)}C${r(inner + reach * 0.42)} ${r(b)} ${r(inner)} ${r(b + reach * 0.3)} ${r(inner)} ${frame.base}Z`;
    return { path, x: middle };
  });
  return { ribbons, radius, openX: x(frame.from), joinTop: frame.top, joinBottom: Math.max(frame.top + 2, at - GAP), from: frame.from, to: frame.to, left: frame.left + margin, right: end };
}

/** About `wanted` round days along the axis. */
export function ticks(layout: RiverLayout, wanted: number): { at: number; x: number }[] {
  const day = 86_400_000;
  const days = Math.max(1, (layout.to - layout.from) / day);
  const step = [1, 2, 3, 7, 14, 30].find((candidate) => days / candidate <= wanted + 1) ?? 30;
  const found: { at: number; x: number }[] = [];
  for (let at = Math.ceil(layout.from / day) * day; at <= layout.to; at += step * day) {
    const x = layout.left + ((at - layout.from) / Math.max(1, layout.to - layout.from)) * (layout.right - layout.left);
    found.push({ at, x });
  }
  return found;
}

function r(value: number): string {
  return value.toFixed(1);
}
