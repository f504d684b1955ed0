import { expect, test } from "@playwright/test";

import { figure, firstCustomer, settled } from "./helpers";

test("a customer opens from the palette by keyboard alone", async ({ page }) => {
  await page.goto("/");
  await settled(page);
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: "Search or jump to" });
  await expect(palette.getByRole("searchbox")).toBeFocused();
  const customer = palette.getByRole("group", { name: "Customers" }).getByRole("menuitem").first();
  const name = (await customer.locator("span").first().textContent()) ?? "";
  await page.keyboard.type(name);
  await expect(palette.getByRole("menuitem")).toHaveCount(1);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/journeys\/timeline\/[0-9a-f-]{36}/);
  await expect(page.getByRole("heading", { level: 1, name: `Customer ${name}` })).toBeVisible();
});

test("the touches of an order add up to it under every model", async ({ page }) => {
  await firstCustomer(page);
  const table = page.getByRole("table", { name: "The touches of the order under six models" });
  if ((await table.count()) === 0) {
    await page.goto(`${page.url()}?window=90`);
    await settled(page);
  }
  test.skip((await table.count()) === 0, "the newest customer has no touch within 90 days of the order");
  const rows = await table.locator("tbody tr").count();
  for (let column = 2; column <= 7; column++) {
    const cells = await table.locator(`tbody tr td:nth-child(${column})`).allTextContents();
    const total = figure(await table.locator(`tfoot td:nth-child(${column})`).textContent());
    expect(cells).toHaveLength(rows);
    expect(Math.abs(cells.map((cell) => figure(cell.split(",").slice(0, -2).join(",") || cell)).reduce((a, b) => a + b, 0) - total)).toBeLessThan(0.005);
  }
});

test("the model is part of the link and moves the credit", async ({ page }) => {
  await firstCustomer(page);
  await page.getByRole("group", { name: "Model", exact: true }).getByRole("button", { name: "First touch" }).click();
  await expect(page).toHaveURL(/model=first_touch/);
  await expect(page.getByRole("region", { name: /order$|conversion$/ }).first()).toContainText("first touch model");
});

test("a customer that does not exist is said so, with a request id and a way out", async ({ page }) => {
  await page.goto("/journeys/timeline/00000000-0000-4000-8000-000000000000");
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
});

test("g and a letter goes to a page", async ({ page }) => {
  await page.goto("/");
  await settled(page);
  await page.keyboard.press("g");
  await page.keyboard.press("a");
  await expect(page).toHaveURL(/\/journeys\/attribution/);
  await settled(page);
  await page.keyboard.press("g");
  await page.keyboard.press("s");
  await expect(page).toHaveURL(/\/sources/);
});

test("the page says by what the customer is known", async ({ page }) => {
  await firstCustomer(page);
  const panel = page.getByRole("region", { name: /^(Known by one identifier|Why these .+ are one person)$/ });
  await expect(panel).toBeVisible();
  await expect(panel.getByRole("listitem").first()).toContainText("Customer key");
});
