/** The only place where figures become text. Rounding is half to even, at display only. Null is an em dash, never zero. */
import { type Micros, toDecimalText } from "./decimal";

const LOCALE = "en-GB";
export const NOTHING = "—";
const MINUS = "−";

const cache = new Map<string, Intl.NumberFormat>();
function formatter(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options);
  const known = cache.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(LOCALE, { roundingMode: "halfEven", ...options } as Intl.NumberFormatOptions);
  cache.set(key, made);
  return made;
}

/** A true minus, and no "−0": what rounds to nothing is 0. */
function typeset(text: string): string {
  if (!text.startsWith("-")) return text;
  return /[1-9]/.test(text) ? text.replace("-", MINUS) : text.slice(1);
}

/** Digits after the point of the currency's smallest unit: 2 for EUR, 0 for JPY. */
export function minorDigits(currency: string): number {
  return formatter({ style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

export function currencySymbol(currency: string): string {
  const parts = formatter({ style: "currency", currency, currencyDisplay: "narrowSymbol" }).formatToParts(0);
  return parts.find((part) => part.type === "currency")?.value ?? currency;
}

/** `whole` for reports, `minor` for single orders and unit costs. */
export type MoneyDigits = "whole" | "minor";

/** Money that stands alone: €321,747. */
export function money(value: Micros | null, currency: string, digits: MoneyDigits = "whole"): string {
  if (value === null) return NOTHING;
  const places = digits === "whole" ? 0 : minorDigits(currency);
  const options = { style: "currency", currency, currencyDisplay: "narrowSymbol", minimumFractionDigits: places, maximumFractionDigits: places } as const;
  return typeset(formatter(options).format(toDecimalText(value)));
}

/** Money in a column whose header names the unit: 321,747. */
export function amount(value: Micros | null, currency: string, digits: MoneyDigits = "whole"): string {
  if (value === null) return NOTHING;
  const places = digits === "whole" ? 0 : minorDigits(currency);
  return typeset(formatter({ minimumFractionDigits: places, maximumFractionDigits: places }).format(toDecimalText(value)));
}

/** Money with a sign, for a change: +€18,279. */
export function signedMoney(value: Micros, currency: string): string {
  return value > 0n ? `+${money(value, currency)}` : money(value, currency);
}

export function count(value: number | null): string {
  return value === null ? NOTHING : typeset(formatter({ maximumFractionDigits: 0 }).format(value));
}

/** Two decimals without a unit: weights, multiples before their sign. */
export function fixed(value: number | null, places: number): string {
  return value === null ? NOTHING : typeset(formatter({ minimumFractionDigits: places, maximumFractionDigits: places }).format(value));
}

/** A multiple: 2.17×. */
export function ratio(value: number | null): string {
  return value === null ? NOTHING : `${fixed(value, 2)}×`;
}

/** A share from 0 to 1: one decimal, two under 2%. */
export function percent(value: number | null): string {
  if (value === null) return NOTHING;
  const places = Math.abs(value) < 0.02 && value !== 0 ? 2 : 1;
  return `${fixed(value * 100, places)}%`;
}

/** Axes and phones: 322k, 1.28M. */
export function compact(value: number | null): string {
  if (value === null) return NOTHING;
  const size = Math.abs(value);
  if (size >= 999_500) return `${fixed(value / 1_000_000, 2)}M`;
  if (size >= 1_000) return `${fixed(value / 1_000, size < 9_950 ? 1 : 0)}k`;
  return count(value);
}

export function compactMoney(value: number | null, currency: string): string {
  if (value === null) return NOTHING;
  const text = compact(Math.abs(value));
  return `${value < 0 ? MINUS : ""}${currencySymbol(currency)}${text}`;
}

/** "1 order", "3 orders"; an irregular plural is given. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Hours below two days, days above: 7.5 h, 12.4 days. */
export function duration(seconds: number | null): string {
  if (seconds === null) return NOTHING;
  return seconds < 2 * DAY ? `${fixed(seconds / HOUR, 1)} h` : `${fixed(seconds / DAY, 1)} days`;
}

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** A change of a share in points: +0.4 pt. */
export function points(difference: number): string {
  const places = Math.abs(difference) < 0.002 ? 2 : 1;
  return typeset(`${difference > 0 ? "+" : ""}${fixed(difference * 100, places)} pt`);
}
