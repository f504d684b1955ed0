import { expect, test } from "vitest";

import { toTsv } from "./tsv";

test("a cell never breaks a row", () => {
  expect(toTsv([["Channel", "Spend €"], ["Meta\tAds\n", "1"]])).toBe("Channel\tSpend €\nMeta Ads \t1");
});
