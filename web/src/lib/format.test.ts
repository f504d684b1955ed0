import { describe, expect, test } from "vitest";

import { parseDecimal } from "./decimal";
import { amount, compact, compactMoney, count, currencySymbol, duration, minorDigits, money, percent, plural, points, ratio, signedMoney } from "./format";

const euros = (text: string) => parseDecimal(text);

describe("money", () => {
  test("is whole in reports and has its minor units for single orders", () => {
    expect(money(euros("321747.00"), "EUR")).toBe("€321,747");
    expect(money(euros("286.4"), "EUR", "minor")).toBe("€286.40");
    expect(money(euros("58.7"), "JPY", "minor")).toBe("¥59");
    expect(money(euros("1.2345"), "KWD", "minor")).toMatch(/1\.234$/);
  });
  test("is rounded half to even, and only for display", () => {
    expect(money(euros("2.5"), "EUR")).toBe("€2");
    expect(money(euros("3.5"), "EUR")).toBe("€4");
    expect(money(euros("0.125"), "EUR", "minor")).toBe("€0.12");
  });
  test("has a true minus, and none when it rounds to nothing", () => {
    expect(amount(euros("-120153"), "EUR")).toBe("−120,153");
    expect(money(euros("-79"), "EUR", "minor")).toBe("−€79.00");
    expect(amount(euros("-0.2"), "EUR")).toBe("0");
  });
  test("keeps every digit of sums that a float would lose", () => {
    expect(amount(euros("90071992547409.93"), "EUR", "minor")).toBe("90,071,992,547,409.93");
  });
  test("absent is a dash, zero is zero", () => {
    expect(amount(null, "EUR")).toBe("—");
    expect(amount(0n, "EUR")).toBe("0");
  });
  test("a change carries its sign", () => {
    expect(signedMoney(euros("18279"), "EUR")).toBe("+€18,279");
    expect(signedMoney(euros("-5"), "EUR")).toBe("−€5");
  });
});

describe("figures", () => {
  test("ratios have two decimals and ×", () => {
    expect(ratio(2.168)).toBe("2.17×");
    expect(ratio(null)).toBe("—");
  });
  test("rates have one decimal, two under 2%", () => {
    expect(percent(0.2708)).toBe("27.1%");
    expect(percent(0.0123)).toBe("1.23%");
    expect(percent(0)).toBe("0.0%");
  });
  test("axes and phones are compact", () => {
    expect(compact(321_747)).toBe("322k");
    expect(compact(7_201)).toBe("7.2k");
    expect(compact(999_600)).toBe("1.00M");
    expect(compact(1_284_460)).toBe("1.28M");
    expect(compactMoney(-12_000, "EUR")).toBe("−€12k");
  });
  test("counts are whole and words agree with them", () => {
    expect(count(11_436.4)).toBe("11,436");
    expect(plural(1, "order")).toBe("1 order");
    expect(plural(2, "touch", "touches")).toBe("2 touches");
  });
  test("durations are hours, then days, and shares change in points", () => {
    expect([duration(27_000), duration(172_800), duration(null)]).toEqual(["7.5 h", "2.0 days", "—"]);
    expect([points(0.0042), points(-0.0015), points(0)]).toEqual(["+0.4 pt", "−0.15 pt", "0.00 pt"]);
  });
  test("currencies know their symbol and digits", () => {
    expect(currencySymbol("USD")).toBe("$");
    expect(minorDigits("EUR")).toBe(2);
    expect(minorDigits("JPY")).toBe(0);
  });
});
