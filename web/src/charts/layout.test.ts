import { expect, test } from "vitest";

import { layOutRiver } from "./riverLayout";
import { spread } from "./spread";
import { layOutStreams } from "./streamLayout";

test("both ends of the streams share one scale", () => {
  const layout = layOutStreams([{ spend: 100, revenue: 300 }, { spend: null, revenue: 100 }], { left: 0, right: 500, top: 0, pitch: 32 });
  // Numbers of a path in order: start, two handles and end of the upper edge, the right edge, and back.
  const numbers = (layout.ribbons[0]?.path.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);
  const [startY, rightTop, rightBottom, endY] = [numbers[1] ?? 0, numbers[9] ?? 0, numbers[11] ?? 0, numbers.at(-1) ?? 0];
  expect((rightBottom - rightTop) / (endY - startY)).toBeCloseTo(3, 1);
  expect(layout.joinBottom - layout.joinTop).toBeCloseTo((rightBottom - rightTop) * (4 / 3) + 2, 0);
});

test("streams of nothing have no width and no NaN", () => {
  const layout = layOutStreams([{ spend: null, revenue: 0 }], { left: 0, right: 100, top: 0, pitch: 32 });
  expect(layout.ribbons[0]?.path).not.toContain("NaN");
});

test("a river's ribbons are as wide as their credit and never overlap", () => {
  const layout = layOutRiver([{ at: 1, credit: 75 }, { at: 2, credit: 25 }], { from: 0, to: 10, left: 0, right: 500, base: 200, top: 40, radius: 10 });
  expect(layout.joinBottom - layout.joinTop).toBeCloseTo(119, 0);
  expect(layout.ribbons.map((ribbon) => ribbon.x)).toEqual([...layout.ribbons.map((ribbon) => ribbon.x)].sort((a, b) => a - b));
});

test("nodes of one moment stand side by side", () => {
  const layout = layOutRiver([{ at: 9, credit: 1 }, { at: 9, credit: 1 }, { at: 9, credit: 1 }], { from: 0, to: 10, left: 0, right: 500, base: 200, top: 40, radius: 10 });
  const [a = 0, b = 0, c = 0] = layout.ribbons.map((ribbon) => ribbon.x);
  expect(Math.min(b - a, c - b)).toBeGreaterThanOrEqual(20);
});

test("many touches in little room stay inside it", () => {
  const crowd = Array.from({ length: 60 }, (_, index) => ({ at: 8 + index / 60, credit: 1 }));
  const layout = layOutRiver(crowd, { from: 0, to: 10, left: 0, right: 300, base: 200, top: 40, radius: 10 });
  const places = layout.ribbons.map((ribbon) => ribbon.x);
  expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...places)).toBeLessThanOrEqual(300);
  expect(layout.radius).toBeLessThan(10);
});

test("labels keep their order and their distance", () => {
  expect(spread([10, 12, 11, 90], 13, 0, 100)).toEqual([10, 36, 23, 90].map((position) => position));
  const placed = spread([98, 99, 100], 13, 0, 100);
  expect(placed).toEqual([74, 87, 100]);
});
