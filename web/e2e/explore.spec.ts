import { expect, type Page, test } from "@playwright/test";

import { figure, settled } from "./helpers";

const table = (page: Page) => page.getByRole("table").last();
const total = async (page: Page, at: number) => table(page).locator("tfoot td").nth(at).innerText();

test("what a question asks by default adds up to the revenue of Today", async ({ page }) => {
  await page.goto("/");
  await settled(page);
  const revenue = figure(await page.locator("[data-figure=revenue] b").textContent());
  await page.goto("/explore");
  await settled(page);
  const cells = await table(page).locator("tbody tr > td:nth-child(5)").allInnerTexts();
  expect(cells.length).toBeGreaterThan(3);
  expect(figure(await total(page, 3))).toBe(revenue);
});

test("a field is added by the keyboard alone, and undone by Ctrl Z", async ({ page }) => {
  await page.goto("/explore?rows=channel&values=spend,ctr");
  await settled(page);
  await page.keyboard.press("/");
  await page.keyboard.type("device");
  await page.keyboard.press("Tab");
  await page.getByRole("button", { name: "Device", exact: true }).focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/rows=channel%2Cdevice/);
  await settled(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Spend, CTR by channel and device");
  await page.keyboard.press("Control+z");
  await expect(page).toHaveURL(/rows=channel&/);
  await page.keyboard.press("Control+Shift+z");
  await expect(page).toHaveURL(/rows=channel%2Cdevice/);
});

test("a field is dragged into the columns, and every column has a true total", async ({ page }) => {
  await page.goto("/explore?rows=channel&values=spend,cpc");
  await settled(page);
  const [spend, cpc] = [await total(page, 0), await total(page, 3)];
  await page.getByRole("button", { name: "Device", exact: true }).dragTo(page.getByRole("group", { name: "Columns" }));
  await expect(page).toHaveURL(/cols=device/);
  await settled(page);
  const last = table(page).locator("tfoot td");
  const count = await last.count();
  expect(count).toBeGreaterThan(3);
  expect(await last.nth(count - 2).innerText()).toBe(spend);
  expect(await last.nth(count - 1).innerText()).toBe(cpc);
});

test("a field that does not fit is struck through and says why", async ({ page }) => {
  await page.goto("/explore?rows=channel&values=spend");
  await settled(page);
  const orders = page.getByRole("button", { name: /^Orders\s?, does not fit: Orders is not recorded by channel/ });
  await expect(orders).toHaveAttribute("aria-disabled", "true");
  await orders.click({ force: true });
  await expect(page).toHaveURL(/values=spend$/);
});

test("a name filters, the chip removes, and the link reproduces it", async ({ page }) => {
  await page.goto("/explore?rows=channel,campaign&values=spend,roas");
  await settled(page);
  await table(page).getByRole("button", { name: "Meta Ads", exact: true }).click();
  await expect(page).toHaveURL(/where=channel/);
  await settled(page);
  await expect(table(page).locator("tbody tr").first().getByRole("rowheader")).toContainText("Meta Ads");
  const narrowed = await total(page, 0);
  await page.reload();
  await settled(page);
  expect(await total(page, 0)).toBe(narrowed);
  await page.getByRole("button", { name: /^Remove filter Channel/ }).click();
  await settled(page);
  expect(figure(await total(page, 0))).toBeGreaterThan(figure(narrowed));
});

test("every model stands beside the others for the same money", async ({ page }) => {
  await page.goto("/explore?rows=channel&values=attributed_revenue&compare=none");
  await settled(page);
  await page.getByRole("button", { name: /^Attributed revenue, Linear/ }).first().click();
  await page.getByRole("menuitem", { name: "Add every model beside it" }).click();
  await settled(page);
  const sums = (await table(page).locator("tfoot td").allInnerTexts()).map((text) => text.split(", explain")[0]);
  expect(sums).toHaveLength(6);
  expect(new Set(sums).size).toBe(1);
});

test("a figure opens its card, and the card breaks it down further", async ({ page }) => {
  await page.goto("/explore?rows=channel&values=spend");
  await settled(page);
  await table(page).locator("tbody td button").first().click();
  const card = page.getByRole("dialog");
  await expect(card).toContainText("Of all rows");
  await card.getByRole("button", { name: "By campaign" }).click();
  await expect(page).toHaveURL(/rows=campaign/);
  await expect(page).toHaveURL(/where=channel/);
});
