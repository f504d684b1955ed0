import { expect, test } from "@playwright/test";

import { figure, settled } from "./helpers";

test("cohorts by source add up to all customers, and predictions are marked as such", async ({ page }) => {
  await page.goto("/journeys/cohorts");
  await settled(page);
  const heat = page.getByRole("table", { name: "Lifetime value by channel" });
  const rows = await heat.locator("tbody tr").all();
  const customers = await Promise.all(rows.map(async (row) => figure(await row.locator("td").first().textContent())));
  const total = customers.pop();
  expect(customers.reduce((sum, count) => sum + count, 0)).toBe(total);
  await expect(heat.getByRole("columnheader", { name: /^Predicted/ })).toBeVisible();
  await expect(page.getByText(/^Predicted: /)).toBeVisible();
});

test("a month that is not over is hatched and said to be unknown, never 0", async ({ page }) => {
  await page.goto("/journeys/cohorts");
  await settled(page);
  const newest = page.getByRole("table", { name: /by month of the first order/ }).locator("tbody tr").nth(-2);
  await expect(newest).toContainText("not known yet");
});

test("the source, the winning touch and the cohort are in the URL, and the heat table has its twin", async ({ page }) => {
  await page.goto("/journeys/cohorts");
  await settled(page);
  await page.getByRole("button", { name: /^Which touch won/ }).click();
  await page.getByRole("option", { name: /^last touch/ }).click();
  await expect(page).toHaveURL(/won=last_touch/);
  await page.getByRole("button", { name: /^Cohort of first/ }).click();
  await page.getByRole("option", { name: "quarter" }).click();
  await expect(page).toHaveURL(/cohort=quarter/);
  await settled(page);
  await expect(page.getByRole("table", { name: /by quarter of the first order/ })).toContainText(/Q\d \d{4}/);
  const panel = page.getByRole("region", { name: "Lifetime value by channel" });
  await panel.getByRole("button", { name: "View as table" }).click();
  await expect(panel.getByRole("columnheader", { name: /Next 12 months, predicted/ })).toBeVisible();
});

test("retention changes with the quiet days, and its curves walk by arrow keys", async ({ page }) => {
  await page.goto("/journeys/retention");
  await settled(page);
  const rates = page.getByRole("table", { name: "Repeat and churn rate by channel" });
  const before = await rates.innerText();
  await page.getByRole("button", { name: /^Churned after/ }).click();
  await page.getByRole("option", { name: "365 quiet days" }).click();
  await expect(page).toHaveURL(/quiet=365/);
  await settled(page);
  expect(await rates.innerText()).not.toBe(before);
  const panel = page.getByRole("region", { name: /^Who orders again/ });
  await panel.getByRole("group", { name: /Arrow keys/ }).focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(panel.getByRole("status")).toContainText("month since the first order 2");
  await panel.getByRole("button", { name: "Met" }).click();
  await expect(page).toHaveURL(/active=engaged/);
  await expect(page.getByRole("region", { name: /^Who is met again/ })).toBeVisible();
});
