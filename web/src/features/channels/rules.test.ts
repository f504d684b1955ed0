import { expect, test } from "vitest";

import type { ChannelRule } from "../../api/types";
import { changes, type Draft, idFor, moved, placed, summary, words } from "./rules";

function rule(id: string, more: Partial<ChannelRule> = {}): ChannelRule {
  return { id, name: id, channel: "X", source: null, match: "all", conditions: [{ field: "utm_medium", operator: "is", values: ["email"] }], ...more };
}

const draft = (...ids: string[]): Draft => ({ own_hosts: [], payment_hosts: [], rules: ids.map((id) => rule(id)) });

test("a rule moves by one place, and not beyond the ends", () => {
  expect(moved(["a", "b", "c"], 0, 1)).toEqual(["b", "a", "c"]);
  expect(moved(["a", "b", "c"], 2, 1)).toEqual(["a", "c", "b"]);
  expect(moved(["a", "b", "c"], 0, -1)).toEqual(["a", "b", "c"]);
  expect(moved(["a", "b", "c"], 2, 3)).toEqual(["a", "b", "c"]);
});

test("a new rule is asked first, a changed one stays where it is", () => {
  expect(placed(draft("a", "b").rules, rule("n"), null).map((one) => one.id)).toEqual(["n", "a", "b"]);
  expect(placed(draft("a", "b").rules, rule("b", { channel: "Y" }), "b").map((one) => one.channel)).toEqual(["X", "Y"]);
});

test("conditions read as a sentence", () => {
  const conditions: ChannelRule["conditions"] = [
    { field: "utm_medium", operator: "is", values: ["email", "newsletter"] },
    { field: "click_id", operator: "is_empty", values: [] },
    { field: "referrer", operator: "within", values: ["a", "b", "c", "d", "e", "f"] },
  ];
  expect(summary(rule("a", { match: "any", conditions }))).toBe("UTM medium is email or newsletter or Click id is empty or Referrer belongs to a, b, c, d and 2 more");
});

test("an id comes from the name and is nobody else's", () => {
  expect(idFor("Our Podcast!", [])).toBe("our-podcast");
  expect(idFor("Our podcast", ["our-podcast", "our-podcast-2"])).toBe("our-podcast-3");
  expect(idFor("1. Öffnung", [])).toBe("o-ffnung");
  expect(idFor("秋", [])).toBe("rule");
});

test("words stand between commas or on lines", () => {
  expect(words(" email, newsletter\n\nemail ,")).toEqual(["email", "newsletter"]);
});

test("what is not saved yet is told in words", () => {
  expect(changes(draft("a", "b"), draft("a", "b"))).toBeNull();
  expect(changes(draft("a", "b"), draft("b", "a"))).toBe("another order");
  expect(changes(draft("a", "b"), { ...draft("n", "a"), own_hosts: ["x.example"] })).toBe("1 new, 1 removed and other hosts");
  expect(changes(draft("a"), { ...draft(), rules: [rule("a", { channel: "Y" })] })).toBe("1 changed");
});
