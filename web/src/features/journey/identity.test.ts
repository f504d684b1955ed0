import { describe, expect, it } from "vitest";

import type { CustomerIdentity } from "../../api/types";
import { apartWords, consequence, identifierName, identityTitle, inSentence, joins } from "./identity";

const own = (id: string, kind: string, value: string) => ({ id, kind, value, role: "linked" });
const link = (left: string, right: string, recorded_at: string) => ({ left, right, recorded_at, rule: "same_event", row_id: "r", source: "web" });

const identity: CustomerIdentity = {
  customer_id: "c",
  identifiers: [own("c", "customer", "ada"), own("e", "email_sha256", "58e1f10c95…"), own("a", "anonymous", "b-71ac")],
  links: [link("c", "e", "2026-11-04T12:24:00Z"), link("c", "a", "2026-11-04T12:24:00Z"), link("e", "a", "2026-11-02T12:00:00Z")],
  apart: [{ seen_with: "a", id: "x", kind: "device", value: "tablet", reason: "shared" }],
  decisions: [],
  is_truncated: false,
};

describe("who this is", () => {
  it("needs one link less than identifiers, the earliest ones", () => {
    expect(joins(identity).map(({ link: { left, right } }) => `${left}${right}`)).toEqual(["ea", "ce"]);
  });

  it("names identifiers as people do, and keeps long ones short", () => {
    expect(identifierName(identity.identifiers[2] ?? { kind: "", value: "" })).toBe("Browser b-71ac");
    expect(inSentence({ kind: "email_sha256", value: "58e1f10c95…" })).toBe("e-mail 58e1f10c95…");
    expect(inSentence({ kind: "crm", value: "7" })).toBe("CRM id 7");
    expect(identifierName({ kind: "click", value: "x".repeat(60) })).toBe(`Click id ${"x".repeat(23)}…`);
  });

  it("says what it finds and what follows", () => {
    expect(identityTitle(identity)).toBe("Why these 3 identifiers are one person");
    expect(identityTitle({ ...identity, identifiers: identity.identifiers.slice(0, 1) })).toBe("Known by one identifier");
    expect(identity.apart.map(apartWords)).toEqual(["was used by several people, and joins nobody."]);
    expect(consequence(0, 3)).toContain("Choose");
    expect(consequence(3, 3)).toContain("Leave at least one");
    expect(consequence(1, 3)).toContain("known by it become another");
  });
});
