/** Small pieces of sentences. */

const UNITS: Record<string, string> = { EUR: "euro", USD: "dollar", GBP: "pound", CHF: "franc", SEK: "krona", NOK: "krone", DKK: "krone", PLN: "zloty" };

/** "each euro", "each dollar"; a currency without a familiar name keeps its code. */
export function eachUnit(currency: string): string {
  return `each ${UNITS[currency] ?? currency}`;
}

export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "a", "a and b", "a, b and c". */
export function listed(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1) ?? ""}`;
}
