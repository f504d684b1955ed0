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
