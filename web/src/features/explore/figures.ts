/** Figures of any unit as text, and how they changed. */
import type { Cell, Unit } from "../../api/types";
import { absoluteChange, type Change, type Direction, pointChange, relativeChange } from "../../lib/change";
import { parseDecimal } from "../../lib/decimal";
import { amount, compact, compactMoney, count, currencySymbol, fixed, money, NOTHING, percent, ratio } from "../../lib/format";
import { numberOf } from "./pivot";

/** In a column whose head names the unit. Unit costs are shown to the cent: whole euros would hide them. */
export function written(cell: Cell | undefined, unit: Unit): string {
  const value = numberOf(cell, unit);
  if (cell === null || cell === undefined || value === null) return NOTHING;
  switch (unit.kind) {
    case "money": return amount(parseDecimal(String(cell)), unit.currency, Math.abs(value) < SMALL ? "minor" : "whole");
    case "count": return Number.isInteger(value) ? count(value) : fixed(value, 1);
    case "ratio": return ratio(value);
    case "percent": return percent(value);
    default: return String(cell);
  }
}

const SMALL = 100;

/** On its own, with its unit, to the cent. */
export function alone(cell: Cell | undefined, unit: Unit): string {
  if (cell === null || cell === undefined) return NOTHING;
  return unit.kind === "money" ? money(parseDecimal(String(cell)), unit.currency, "minor") : written(cell, unit);
}

/** For axes. */
export function axis(value: number, unit: Unit): string {
  switch (unit.kind) {
    case "money": return compactMoney(value, unit.currency);
    case "ratio": return ratio(value);
    case "percent": return percent(value);
    default: return compact(value);
  }
}

export function unitMark(unit: Unit): string | undefined {
  return unit.kind === "money" ? currencySymbol(unit.currency) : undefined;
}

const DIRECTIONS: Record<string, Direction> = { up: "up_is_good", down: "down_is_good", neutral: "neutral" };

export function changeOf(now: Cell, before: Cell | undefined, unit: Unit, good: string | undefined): Change {
  const [a, b] = [numberOf(now, unit), numberOf(before, unit)];
  const direction = DIRECTIONS[good ?? "neutral"] ?? "neutral";
  switch (unit.kind) {
    case "ratio": return absoluteChange(a, b, direction);
    case "percent": return pointChange(a, b, direction);
    default: return relativeChange(a, b, direction);
  }
}
