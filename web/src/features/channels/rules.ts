/** Channel rules while they are edited: plain lists in, plain lists out. */
import type { ChannelCondition, ChannelRule, ChannelRules, ChannelRuleSet } from "../../api/types";
import { listed } from "../../lib/words";

export type Field = ChannelCondition["field"];
export type Operator = ChannelCondition["operator"];

export const FIELDS: readonly { key: Field; label: string }[] = [
  { key: "source", label: "Source or referrer" },
  { key: "source_kind", label: "Kind of source" },
  { key: "utm_source", label: "UTM source" },
  { key: "utm_medium", label: "UTM medium" },
  { key: "utm_campaign", label: "UTM campaign" },
  { key: "utm_content", label: "UTM content" },
  { key: "utm_term", label: "UTM term" },
  { key: "click_id", label: "Click id" },
  { key: "referrer", label: "Referrer" },
  { key: "referrer_kind", label: "Kind of referrer" },
  { key: "landing_host", label: "Landing host" },
  { key: "landing_path", label: "Landing path" },
  { key: "data_source", label: "Data source" },
];

export const OPERATORS: readonly { key: Operator; label: string; hint?: string }[] = [
  { key: "is", label: "is" },
  { key: "is_not", label: "is not" },
  { key: "contains", label: "contains" },
  { key: "begins_with", label: "begins with" },
  { key: "like", label: "is like", hint: "* stands for any text" },
  { key: "within", label: "belongs to", hint: "a host or its subdomains" },
  { key: "is_empty", label: "is empty" },
  { key: "is_filled", label: "is there" },
];

/** What a person edits, and what is saved. */
export interface Draft {
  own_hosts: readonly string[];
  payment_hosts: readonly string[];
  rules: readonly ChannelRule[];
}

export function draftOf(rules: ChannelRules): Draft {
  return { own_hosts: rules.own_hosts, payment_hosts: rules.payment_hosts, rules: rules.rules };
}

export function setOf(draft: Draft): ChannelRuleSet {
  return {
    own_hosts: [...draft.own_hosts],
    payment_hosts: [...draft.payment_hosts],
    rules: draft.rules.map((rule) => ({ ...rule, conditions: rule.conditions.map((condition) => ({ ...condition, values: [...condition.values] })) })),
  };
}

export function takesValues(operator: Operator): boolean {
  return operator !== "is_empty" && operator !== "is_filled";
}

/** The same rules with the one at `from` moved to `to`. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const target = Math.max(0, Math.min(list.length - 1, to));
  const rest = list.filter((_, index) => index !== from);
  const item = list[from];
  return item === undefined ? [...list] : [...rest.slice(0, target), item, ...rest.slice(target)];
}

/** Puts a rule in the place of the one with its former id, or in front: a new rule is asked first. */
export function placed(rules: readonly ChannelRule[], rule: ChannelRule, formerId: string | null): ChannelRule[] {
  return formerId === null ? [rule, ...rules] : rules.map((known) => (known.id === formerId ? rule : known));
}

/** "UTM medium is one of email, newsletter or UTM source is klaviyo". */
export function summary(rule: ChannelRule): string {
  return rule.conditions.map(told).join(rule.match === "any" ? " or " : " and ");
}

function told(condition: ChannelCondition): string {
  const field = FIELDS.find((known) => known.key === condition.field)?.label ?? condition.field;
  const operator = OPERATORS.find((known) => known.key === condition.operator)?.label ?? condition.operator;
  if (!takesValues(condition.operator)) return `${field} ${operator}`;
  const shown = condition.values.slice(0, SHOWN);
  const more = condition.values.length - shown.length;
  return `${field} ${operator} ${more > 0 ? `${shown.join(", ")} and ${more} more` : listed(shown).replace(" and ", " or ")}`;
}

const SHOWN = 4;

/** An id from a name that no other rule has: "Our podcast" → our-podcast. */
export function idFor(name: string, taken: readonly string[]): string {
  const plain = name.normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^[^a-z]+|-+$/g, "").slice(0, 56) || "rule";
  if (!taken.includes(plain)) return plain;
  let number = 2;
  while (taken.includes(`${plain}-${number}`)) number += 1;
  return `${plain}-${number}`;
}

/** Words between commas or on lines of their own. */
export function words(text: string): string[] {
  return [...new Set(text.split(/[,\n]/).map((word) => word.trim()).filter((word) => word !== ""))];
}

/** What differs from what is saved, in words; null where nothing does. */
export function changes(before: Draft, after: Draft): string | null {
  const parts: string[] = [];
  const was = new Map(before.rules.map((rule) => [rule.id, rule]));
  const is = new Map(after.rules.map((rule) => [rule.id, rule]));
  const count = (number: number, word: string) => { if (number > 0) parts.push(`${number} ${word}`); };
  count(after.rules.filter((rule) => !was.has(rule.id)).length, "new");
  count(after.rules.filter((rule) => was.has(rule.id) && JSON.stringify(was.get(rule.id)) !== JSON.stringify(rule)).length, "changed");
  count(before.rules.filter((rule) => !is.has(rule.id)).length, "removed");
  const kept = (rules: readonly ChannelRule[]) => rules.filter((rule) => was.has(rule.id) && is.has(rule.id)).map((rule) => rule.id).join();
  if (kept(before.rules) !== kept(after.rules)) parts.push("another order");
  if (before.own_hosts.join() !== after.own_hosts.join() || before.payment_hosts.join() !== after.payment_hosts.join()) parts.push("other hosts");
  return parts.length === 0 ? null : listed(parts);
}
