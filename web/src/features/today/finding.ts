/** The page's title: the finding of the period in a marketer's words, computed from its figures. */
import { relativeChange } from "../../lib/change";
import { type DateRange, dayCount, longDay } from "../../lib/dates";
import { fixed, money, percent } from "../../lib/format";
import { toNumber } from "../../lib/decimal";
import { capitalise, eachUnit } from "../../lib/words";
import { currencySymbol } from "../../lib/format";
import type { Totals } from "./totals";

interface Finding {
  title: string;
  context: string;
}

/** Below half a percent nothing has happened. */
const STEADY = 0.005;

function relative(now: number | null, before: number | null): number | null {
  return now === null || before === null || before === 0 ? null : (now - before) / Math.abs(before);
}

export function finding(now: Totals, before: Totals | null, range: DateRange, currency: string): Finding {
  const days = dayCount(range);
  const period = `${days === 1 ? "The day" : `${days} days`} to ${longDay(range.to)}.`;
  const [revenue, spend] = [now.revenue === null ? null : toNumber(now.revenue), now.spend === null ? null : toNumber(now.spend)];
  const revenueChange = relative(revenue, before?.revenue == null ? null : toNumber(before.revenue));
  const spendChange = relative(spend, before?.spend == null ? null : toNumber(before.spend));
  const merChange = relative(now.mer, before?.mer ?? null);
  const brought = now.mer === null ? "" : ` ${capitalise(eachUnit(currency))} of spend brought ${currencySymbol(currency)}${fixed(now.mer, 2)}`;
  if (revenueChange === null) {
    const title = revenue === null || revenue === 0 ? "No revenue in this period" : `${money(now.revenue, currency)} of revenue in ${days === 1 ? "one day" : `${days} days`}`;
    return { title, context: `${period}${brought ? `${brought}.` : ""}` };
  }
  const up = revenueChange > 0;
  const size = relativeChange(1 + revenueChange, 1, "neutral").words;
  const lead = Math.abs(revenueChange) < STEADY ? "Revenue held steady" : `Revenue is ${size}`;
  return { title: `${lead}${second(up, merChange, Math.abs(revenueChange) < STEADY, currency)}`, context: `${period}${spendWords(spendChange)}${mer(now, before, currency)}` };
}

function second(up: boolean, merChange: number | null, steady: boolean, currency: string): string {
  if (merChange === null || Math.abs(merChange) < STEADY) return "";
  const better = merChange > 0;
  if (steady) return better ? " on less spend" : " on more spend";
  if (up) return better ? `, and ${eachUnit(currency)} brought more` : ", and it cost more to get";
  return better ? `, but ${eachUnit(currency)} brought more` : `, and ${eachUnit(currency)} brought less`;
}

function spendWords(change: number | null): string {
  if (change === null) return "";
  if (Math.abs(change) < STEADY) return " Spend did not change";
  return ` Spend ${change > 0 ? "grew" : "fell"} ${percent(Math.abs(change))}`;
}

function mer(now: Totals, before: Totals | null, currency: string): string {
  if (now.mer === null || before?.mer == null) return ".";
  const symbol = currencySymbol(currency);
  return `, and ${eachUnit(currency)} of spend brought ${symbol}${fixed(now.mer, 2)} instead of ${symbol}${fixed(before.mer, 2)}.`;
}
