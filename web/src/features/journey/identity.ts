/** Who this is, in words: identifiers by their kind, and the event that joined each to another. */
import type { CustomerIdentity } from "../../api/types";
import { plural } from "../../lib/format";

type Identifier = CustomerIdentity["identifiers"][number];
type Link = CustomerIdentity["links"][number];
type Apart = CustomerIdentity["apart"][number];

const KINDS: Readonly<Record<string, string>> = {
  customer: "Customer key",
  crm: "CRM id",
  email_sha256: "E-mail",
  phone_sha256: "Telephone",
  anonymous: "Browser",
  device: "Device",
  order: "Order",
  click: "Click id",
  household: "Household",
};

const LONG = 24;

/** `Browser b-71ac`; a long value keeps its beginning. */
export function identifierName({ kind, value }: { kind: string; value: string }): string {
  const short = value.length > LONG ? `${value.slice(0, LONG - 1)}…` : value;
  return `${KINDS[kind] ?? kind} ${short}`;
}

/** The identifier in the middle of a sentence: `browser b-71ac`, `CRM id 7`, `e-mail 58e1f1…`. */
export function inSentence(identifier: { kind: string; value: string }): string {
  const name = identifierName(identifier);
  return identifier.kind === "crm" ? name : name.charAt(0).toLowerCase() + name.slice(1);
}

export interface Joined {
  key: string;
  one: Identifier;
  other: Identifier;
  link: Link;
}

/** A link for every identifier but one, earliest first: enough of them to hold all together, and no more. */
export function joins(identity: CustomerIdentity): Joined[] {
  const byId = new Map(identity.identifiers.map((own) => [own.id, own]));
  const root = new Map(identity.identifiers.map((own) => [own.id, own.id]));
  const find = (id: string): string => {
    let at = id;
    while (root.get(at) !== at) at = root.get(at) ?? at;
    return at;
  };
  const joined: Joined[] = [];
  for (const link of [...identity.links].sort((left, right) => Date.parse(left.recorded_at) - Date.parse(right.recorded_at))) {
    const [one, other] = [byId.get(link.left), byId.get(link.right)];
    if (!one || !other || find(one.id) === find(other.id)) continue;
    root.set(find(other.id), find(one.id));
    joined.push({ key: `${link.left} ${link.right}`, one, other, link });
  }
  return joined;
}

const REASONS: Readonly<Record<string, string>> = {
  decided: "is somebody else’s: a person decided so.",
  hub: "is shared by very many, and joins nobody.",
  shared: "was used by several people, and joins nobody.",
  household: "is a household’s; households are not one customer here.",
};

/** Why something that was seen with the customer is not theirs. */
export function apartWords(apart: Apart): string {
  return REASONS[apart.reason] ?? "is not theirs.";
}

/** The panel's heading: the finding, as a sentence. */
export function identityTitle(identity: CustomerIdentity): string {
  const count = identity.identifiers.length;
  return count > 1 ? `Why these ${plural(count, "identifier")} are one person` : "Known by one identifier";
}

/** What taking some identifiers away means, or why it cannot be done. */
export function consequence(chosen: number, all: number): string {
  if (chosen === 0) return "Choose the identifiers that belong to somebody else.";
  if (chosen >= all) return "Leave at least one identifier to this customer.";
  return `Events known by ${chosen === 1 ? "it" : "them"} become another customer’s, and credit follows. What you take apart stays apart, whatever links come later.`;
}
