import { expect, test } from "vitest";

import { divide, parseDecimal, settle, sum, toDecimalText } from "./decimal";

test("decimal text survives the way in and out", () => {
  for (const text of ["0.000000", "1234.560000", "-0.010000", "99999999999999.999999"]) expect(toDecimalText(parseDecimal(text))).toBe(text);
});

test("cents add up exactly where floats would not", () => {
  expect(toDecimalText(sum([parseDecimal("0.1"), parseDecimal("0.2"), null]))).toBe("0.300000");
});

test("what is not a decimal is refused by name", () => {
  expect(() => parseDecimal("12,50")).toThrow('"12,50" is not a decimal number');
});

test("a ratio without a denominator is absent, not infinite", () => {
  expect(divide(5n, 0n)).toBeNull();
  expect(divide(null, 5n)).toBeNull();
  expect(divide(3_000_000n, 2_000_000n)).toBe(1.5);
});

test("three thirds of ten euros are three amounts in cents that add up", () => {
  const parts = ["3.333334", "3.333333", "3.333333"].map(parseDecimal);
  expect(settle(parts, 10_000n).map(toDecimalText)).toEqual(["3.340000", "3.330000", "3.330000"]);
  const given = ["-1.666667", "-1.666666", "-1.666667"].map(parseDecimal);
  expect(toDecimalText(sum(settle(given, 10_000n)))).toBe("-5.000000");
});
