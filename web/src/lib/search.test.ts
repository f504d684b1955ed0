import { expect, test } from "vitest";

import { changeSearch, DEFAULTS, readSearch, withDefaults } from "./search";

test("a link without fields is the default view", () => {
  expect(withDefaults(readSearch({}))).toEqual(DEFAULTS);
});

test("what a link does not say well is dropped, not guessed", () => {
  expect(readSearch({ range: "forever", model: "markov", window: 400, journey: "open", half: -1, by: "planet", extra: 1 })).toEqual({});
});

test("a link keeps what was chosen", () => {
  const search = readSearch({ range: "2026-10-01..2026-10-31", model: "time_decay", window: "14", journey: "closed", by: "campaign", show: "roas" });
  expect(search).toEqual({ range: "2026-10-01..2026-10-31", model: "time_decay", window: 14, journey: "closed", by: "campaign", show: "roas" });
});

test("going back to a default takes the field out of the link", () => {
  const changed = changeSearch({}, { window: 14, model: "last_touch" });
  expect(changed).toEqual({ window: 14, model: "last_touch" });
  expect(changeSearch(changed, { window: DEFAULTS.window })).toEqual({ model: "last_touch" });
});
