import { expect, test } from "vitest";

import { channelColour, channelLabel } from "./channels";

test("a channel keeps its colour under every spelling", () => {
  expect(channelColour("Meta Ads")).toBe("var(--channel-meta)");
  expect(channelColour("meta_ads")).toBe("var(--channel-meta)");
  expect(channelColour("Organic search")).toBe("var(--channel-organic)");
  expect(channelColour("google organic")).toBe("var(--channel-organic)");
  expect(channelColour("E-mail")).toBe(channelColour("email"));
});

test("an unknown channel has the same colour every time", () => {
  expect(channelColour("Podcast")).toBe(channelColour("podcast"));
  expect(channelColour("Podcast")).toMatch(/^var\(--cat-\d\)$/);
});

test("names with capitals are left alone, keys are written out", () => {
  expect(channelLabel("TikTok Ads")).toBe("TikTok Ads");
  expect(channelLabel("paid_social")).toBe("Paid social");
  expect(channelLabel(null)).toBe("Unattributed");
});
