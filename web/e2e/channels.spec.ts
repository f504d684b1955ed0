import { expect, test } from "@playwright/test";

import { axeClean, figure, settled } from "./helpers";

test("a visit is tried, and the trace says which rules were passed over", async ({ page }) => {
  await page.goto("/sources/channels");
  await settled(page);
  await page.getByLabel("Address of the page").fill("https://shop.example/?utm_source=newsletter&utm_medium=email&gclid=Cj0K");
  await page.getByRole("button", { name: "Try it" }).click();
  const panel = page.getByRole("region", { name: "Try a visit" });
  await expect(panel.getByText("E-mail", { exact: true })).toBeVisible();
  await panel.getByRole("button", { name: /rules passed over/ }).click();
  await expect(panel.getByText("kind of source `email` is not payment", { exact: true })).toBeVisible();
  await page.getByLabel("Address of the page").fill("https://shop.example/thanks");
  await page.getByLabel("Referrer").fill("https://www.paypal.com/checkoutnow");
  await page.getByRole("button", { name: "Try it" }).click();
  await expect(panel.getByText("never credited")).toBeVisible();
  await axeClean(page);
});

test("a rule is moved by keyboard, added, tried, discarded", async ({ page }) => {
  await page.goto("/sources/channels");
  await settled(page);
  const rules = page.getByRole("region", { name: "Rules" }).getByRole("listitem");
  const first = (await rules.nth(0).locator("b").textContent()) ?? "";
  await rules.nth(0).locator("button[data-rule]").focus();
  await page.keyboard.press("Alt+ArrowDown");
  await expect(rules.nth(1).locator("b")).toHaveText(first);
  await expect(rules.nth(1).locator("button[data-rule]")).toBeFocused();
  await expect(page.getByRole("region", { name: "Not saved: another order" })).toBeVisible();
  await page.getByRole("button", { name: "Add rule" }).click();
  const dialog = page.getByRole("dialog");
  await axeClean(page, true);
  await dialog.getByLabel("Name").fill("Our podcast");
  await dialog.getByLabel("Channel that it gives").fill("Podcast");
  await dialog.getByLabel("Condition 1, values separated by commas").fill("podcast");
  await dialog.getByRole("button", { name: "Add rule" }).click();
  await expect(rules.nth(0).locator("b")).toHaveText("Our podcast");
  await page.getByLabel("Address of the page").fill("https://shop.example/?utm_medium=podcast");
  await page.getByRole("button", { name: "Try it" }).click();
  await expect(page.getByRole("region", { name: "Try a visit" }).getByText("Podcast", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Show the effect" }).click();
  await expect(page.getByText(/would have another channel|nothing to compare with/)).toBeVisible();
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(rules.nth(0).locator("b")).toHaveText(first);
});

test("rules are saved as a version, and an earlier one is taken back", async ({ page }) => {
  await page.goto("/sources/channels");
  await settled(page);
  const rules = page.getByRole("region", { name: "Rules" }).getByRole("listitem");
  const first = (await rules.nth(0).locator("b").textContent()) ?? "";
  await page.getByRole("button", { name: `Move ${first} down` }).click();
  await page.getByLabel("What changed, and why").fill("For a test");
  await page.getByRole("button", { name: "Save rules" }).click();
  await expect(page.getByText(/^Saved as version/)).toBeVisible();
  await expect(rules.nth(1).locator("b")).toHaveText(first);
  const versions = page.getByRole("region", { name: "Versions" });
  await expect(versions.getByText(/For a test/).first()).toBeVisible();
  await versions.getByRole("listitem").filter({ hasText: "The rules before anybody changed them" }).getByRole("button", { name: "Take these" }).click();
  await expect(page.getByRole("region", { name: /^Not saved: / })).toBeVisible();
  await page.getByRole("button", { name: "Save rules" }).click();
  await expect(rules.nth(0).locator("b")).toHaveText(first);
});

test("the audit's parts add up to all spend and all touches", async ({ page }) => {
  await page.goto("/sources/campaign-audit");
  await settled(page);
  const table = page.getByRole("table", { name: "How spend and touches met" });
  for (const column of [4, 5]) {
    const cells = (await table.locator(`tbody tr td:nth-child(${column})`).allTextContents()).map(figure);
    const total = figure(await table.locator(`tfoot td:nth-child(${column})`).textContent());
    expect(Math.abs(cells.reduce((a, b) => a + b, 0) - total)).toBeLessThan(cells.length);
  }
  await axeClean(page);
});
