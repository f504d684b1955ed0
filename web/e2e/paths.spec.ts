import { expect, test } from "@playwright/test";

import { axeClean, figure, settled } from "./helpers";

test("orders by path, by length and by time lag end in the same total", async ({ page }) => {
  await page.goto("/journeys/paths");
  await settled(page);
  const top = page.getByRole("table", { name: "Top paths" });
  const total = figure(await top.locator("tfoot td").first().textContent());
  expect(total).toBeGreaterThan(0);
  const orders = await top.locator("tbody tr td:nth-child(2)").allTextContents();
  expect(orders.map(figure).reduce((a, b) => a + b, 0)).toBe(total);
  for (const list of ["Orders by number of steps", "Orders by time since the first touch"]) {
    const texts = await page.getByRole("list", { name: list }).locator("li > span:last-child").allTextContents();
    expect(texts.map((text) => figure(text.split("·")[0] ?? "")).reduce((a, b) => a + b, 0), list).toBe(total);
  }
});

test("a step folds and unfolds by mouse and by keyboard", async ({ page }) => {
  await page.goto("/journeys/paths?repeats=all&range=last90");
  await settled(page);
  const step = page.locator("[data-step]").first();
  await expect(step).toHaveAttribute("aria-pressed", "false");
  const ribbons = page.locator("svg path title");
  const before = await ribbons.count();
  await step.click();
  await expect(step).toHaveAttribute("aria-pressed", "true");
  await expect.poll(() => ribbons.count()).toBeLessThan(before);
  await step.focus();
  await page.keyboard.press("Enter");
  await expect(step).toHaveAttribute("aria-pressed", "false");
  await expect.poll(() => ribbons.count()).toBe(before);
  await page.keyboard.press("Space");
  await page.getByRole("button", { name: "Unfold all" }).click();
  await expect.poll(() => ribbons.count()).toBe(before);
});

test("the diagram has a table twin, and all paths show where none ends in an order", async ({ page }) => {
  await page.goto("/journeys/paths");
  await settled(page);
  const panel = page.getByRole("region", { name: "How orders came about, step by step" });
  await expect(panel.getByText("No order")).toHaveCount(0);
  await panel.getByRole("button", { name: "All", exact: true }).click();
  const all = page.getByRole("region", { name: "How paths go on, and where they end" });
  await expect(all.getByText("No order").first()).toBeVisible();
  await all.getByRole("button", { name: "View as table" }).click();
  await expect(page.getByRole("table", { name: "Paths by their first steps" })).toBeVisible();
});

test("what a step is belongs to the link and changes every part", async ({ page }) => {
  await page.goto("/journeys/paths");
  await settled(page);
  await page.getByRole("button", { name: "A step is: channel" }).click();
  await page.getByRole("option", { name: "campaign" }).click();
  await expect(page).toHaveURL(/step=campaign/);
  await settled(page);
  await expect(page.getByRole("columnheader", { name: "Campaign", exact: true })).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("p");
  await expect(page).toHaveURL(/\/journeys\/paths/);
});

for (const theme of ["light", "dark"] as const) {
  test.describe(theme, () => {
    test.use({ colorScheme: theme });

    test("axe finds nothing, folded and as tables", async ({ page }) => {
      test.setTimeout(90_000);
      await page.goto("/journeys/paths?repeats=all");
      await settled(page);
      await axeClean(page);
      await page.locator("[data-step]").first().click();
      await page.getByRole("button", { name: "All", exact: true }).click();
      await axeClean(page);
      const charts = page.getByRole("button", { name: "View as table" });
      // Each pressed one is a chart less.
      for (let left = await charts.count(); left > 0; left--) await charts.first().click();
      await page.getByRole("region", { name: /share most orders/ }).getByRole("button", { name: "Orders" }).click();
      await axeClean(page);
    });
  });
}
