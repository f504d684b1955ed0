/** Moves labels apart so that none covers another, keeping their order and staying as near as possible to where they belong. */
export function spread(wanted: readonly number[], distance: number, top: number, bottom: number): number[] {
  const order = wanted.map((position, index) => ({ position, index })).sort((a, b) => a.position - b.position);
  let floor = top;
  for (const label of order) {
    label.position = Math.max(label.position, floor);
    floor = label.position + distance;
  }
  let ceiling = bottom;
  for (const label of [...order].reverse()) {
    label.position = Math.min(label.position, ceiling);
    ceiling = label.position - distance;
  }
  const placed = new Array<number>(wanted.length).fill(top);
  for (const label of order) placed[label.index] = label.position;
  return placed;
}
