import { expect, it } from "vitest";

import { niceTop } from "./Lines";

it("an axis ends on a round number at or above the largest value", () => {
  expect([0, 0.069, 1, 2.3, 31.2, 180].map(niceTop)).toEqual([1, 0.1, 1, 2.5, 50, 200]);
});
