import { expect, test } from "@playwright/test";

import { figure, settled } from "./helpers";

const value = (key: string) => `[data-figure=${key}] b`;

test("shows figures that belong together", async ({ page }) => {
  await page.goto("/");
  await settled(page);
  const read = async (key: string) => figure(await page.locator(value(key)).textContent());
  const [spend, revenue, mer, orders, aov] = [await read("spend"), await read("revenue"), await read("mer"), await read("orders"), await read("aov")];
  expect(spend).toBeGreaterThan(0);
  expect(revenue).toBeGreaterThan(0);
  expect(Math.abs(revenue / spend - mer)).toBeLessThan(0.006);
  // The average order is before refunds, the revenue after them.
  expect(aov).toBeGreaterThanOrEqual(revenue / orders - 0.01);
});

test("streams and the unattributed rest add up to the revenue", async ({ page }) => {
  await page.goto("/");
  await settled(page);
  await page.getByRole("region", { name: /^Where / }).getByRole("button", { name: "View as table" }).click();
  const table = page.getByRole("table", { name: "Spend and credited revenue by channel" });
  const cells = await table.locator("tbody tr td:nth-child(3)").allTextContents();
  const total = figure(await table.locator("tfoot td:nth-child(3)").textContent());
  // Each row is rounded to whole units by itself, the total too.
  expect(Math.abs(cells.map(figure).reduce((a, b) => a + b, 0) - total)).toBeLessThanOrEqual(cells.length);
  expect(total).toBe(figure(await page.locator(value("revenue")).textContent()));
});

test("a figure opens the arithmetic it was made by, and Escape gives the focus back", async ({ page }) => {
  await page.goto("/");
  await settled(page);
  const mer = page.locator("[data-figure=mer] button");
  await mer.focus();
  await page.keyboard.press("Enter");
  const card = page.getByRole("dialog", { name: /MER/ });
  await expect(card).toContainText("÷ spend");
  await expect(card).toContainText("Data version");
  await page.keyboard.press("Escape");
  await expect(card).toBeHidden();
  await expect(mer).toBeFocused();
});

test("range, comparison and model are in the URL, and Back undoes them", async ({ page }) => {
  await page.goto("/");
  await settled(page);
  const before = await page.locator(value("revenue")).textContent();
  await page.getByRole("button", { name: /^Date range/ }).click();
  await page.getByRole("button", { name: "Last 7 full days" }).click();
  await expect(page).toHaveURL(/range=last7/);
  await settled(page);
  await expect(page.locator(value("revenue"))).not.toHaveText(before ?? "");
  await page.getByRole("button", { name: /^Model/ }).click();
  await page.getByRole("option", { name: /^Last touch/ }).click();
  await expect(page).toHaveURL(/model=last_touch/);
  await page.goBack();
  await expect(page).not.toHaveURL(/model=last_touch/);
  await page.goBack();
  await settled(page);
  await expect(page.locator(value("revenue"))).toHaveText(before ?? "");
});

test("the theme stays after a reload and does not flash", async ({ page }) => {
  await page.goto("/");
  await settled(page);
  await page.getByRole("button", { name: "Theme" }).click();
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.goto("/", { waitUntil: "commit" });
  await page.waitForSelector("body");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});
