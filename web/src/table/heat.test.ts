import { expect, it } from "vitest";

import { shade } from "./HeatTable";

it("shades reach from the palest to the darkest, and equal figures are pale", () => {
  expect([0, 49, 50, 100].map((value) => shade(value, [0, 100]))).toEqual([1, 4, 4, 7]);
  expect(shade(3, [3, 3])).toBe(1);
});
