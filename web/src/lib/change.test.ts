import { expect, test } from "vitest";

import { absoluteChange, relativeChange } from "./change";

test("more revenue is good, a dearer customer is bad, spend is neither", () => {
  expect(relativeChange(107.8, 100, "up_is_good")).toMatchObject({ text: "+7.8%", arrow: "up", verdict: "good" });
  expect(relativeChange(103.4, 100, "down_is_good")).toMatchObject({ text: "+3.4%", arrow: "up", verdict: "bad" });
  expect(relativeChange(90, 100, "down_is_good")).toMatchObject({ text: "−10.0%", arrow: "down", verdict: "good" });
  expect(relativeChange(110.2, 100, "neutral")).toMatchObject({ text: "+10.2%", verdict: "neutral" });
});

test("under half a percent nothing is coloured", () => {
  expect(relativeChange(100.4, 100, "up_is_good")).toMatchObject({ text: "+0.40%", verdict: "neutral" });
});

test("from nothing to something is new, from something to nothing known is a dash", () => {
  expect(relativeChange(5, 0, "up_is_good").text).toBe("new");
  expect(relativeChange(5, null, "up_is_good").text).toBe("new");
  expect(relativeChange(null, 5, "up_is_good").text).toBe("—");
});

test("ratios change in absolute terms", () => {
  expect(absoluteChange(3.66, 3.74, "up_is_good")).toMatchObject({ text: "−0.08", verdict: "bad", words: "down 0.08" });
  expect(absoluteChange(2.001, 2, "up_is_good")).toMatchObject({ text: "0.00", arrow: "none" });
});
