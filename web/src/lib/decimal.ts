/** Exact decimals as whole millionths: the scale of the lake's money. Sums are exact; nothing here is a float. */
export type Micros = bigint;

const SCALE = 6;
const ONE = 1_000_000n;

/** Reads decimal text such as `-1234.56`. More than six decimals cannot come from the API; they are cut. */
export function parseDecimal(text: string): Micros {
  const match = /^(-?)(\d+)(?:\.(\d*))?$/.exec(text.trim());
  if (!match) throw new Error(`"${text}" is not a decimal number`);
  const [, sign, whole = "0", fraction = ""] = match;
  const micros = BigInt(whole) * ONE + BigInt(fraction.slice(0, SCALE).padEnd(SCALE, "0") || "0");
  return sign === "-" ? -micros : micros;
}

/** Decimal text with six decimals, the form that `Intl.NumberFormat` takes without going through a float. */
export function toDecimalText(micros: Micros): `${number}` {
  const negative = micros < 0n;
  const absolute = negative ? -micros : micros;
  const fraction = (absolute % ONE).toString().padStart(SCALE, "0");
  return `${negative ? "-" : ""}${absolute / ONE}.${fraction}` as `${number}`;
}

/** For lengths of marks and relative change only; never shown as money. */
export function toNumber(micros: Micros): number {
  return Number(micros) / 1_000_000;
}

export function sum(values: Iterable<Micros | null>): Micros {
  let total = 0n;
  for (const value of values) total += value ?? 0n;
  return total;
}

/** a ÷ b as a plain number; null where b is zero or either is absent. */
export function divide(a: Micros | null, b: Micros | null): number | null {
  if (a === null || b === null || b === 0n) return null;
  return toNumber(a) / toNumber(b);
}

/**
 * Parts in whole units that add up to their rounded total, by largest remainder: what is printed in cents can be added up on paper.
 * No part moves by a whole unit; ties go to the earlier part.
 */
export function settle(parts: readonly Micros[], unit: Micros): Micros[] {
  const floors = parts.map((part) => floorDivide(part, unit));
  const remainders = parts.map((part, at) => part - (floors[at] ?? 0n) * unit);
  let rest = floorDivide(sum(parts) + unit / 2n, unit) - sum(floors);
  const settled = [...floors];
  const order = parts.map((_, at) => at).sort((a, b) => compare(remainders[b] ?? 0n, remainders[a] ?? 0n));
  for (const at of order) {
    if (rest <= 0n) break;
    settled[at] = (settled[at] ?? 0n) + 1n;
    rest -= 1n;
  }
  return settled.map((units) => units * unit);
}

function floorDivide(a: Micros, b: Micros): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
