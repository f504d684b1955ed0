import { expect, test } from "@playwright/test";

import { figure, settled } from "./helpers";

const LONG = "/journeys/pipeline?range=2026-01-01..2026-09-30";

test("at every stage, those who went on, are open and were lost add up to those who entered", async ({ page }) => {
  await page.goto(LONG);
  await settled(page);
  const rows = page.getByRole("table", { name: "Time in each stage" }).locator("tbody tr");
  expect(await rows.count()).toBe(3);
  for (const row of await rows.all()) {
    const [entered, progressed, lost, open] = (await row.locator("td").allInnerTexts()).slice(0, 4).map(figure);
    expect(entered).toBe((progressed ?? 0) + (lost ?? 0) + (open ?? 0));
  }
});

test("the groups add up to all leads, whatever they are split by", async ({ page }) => {
  await page.goto(LONG);
  await settled(page);
  const leads = figure(await page.locator("[data-figure=leads] dd").first().innerText());
  await page.getByRole("button", { name: /^Split by/ }).click();
  await page.getByRole("option", { name: "country" }).click();
  await expect(page).toHaveURL(/split=country/);
  await settled(page);
  const table = page.getByRole("table", { name: "Leads by country" });
  const parts = await table.locator("tbody tr td:nth-child(2)").allInnerTexts();
  expect(parts.map(figure).reduce((sum, part) => sum + part, 0)).toBe(leads);
  expect(figure(await table.locator("tfoot td").first().innerText())).toBe(leads);
});

test("the cohort is in the URL, and the chart has a table twin", async ({ page }) => {
  await page.goto(LONG);
  await settled(page);
  await page.getByRole("button", { name: "Entered a stage in it" }).click();
  await expect(page).toHaveURL(/leads=stage/);
  await settled(page);
  const panel = page.getByRole("region", { name: "Leads by stage" });
  await expect(panel.getByRole("listitem").filter({ hasText: "Qualified" })).toContainText("went on");
  await panel.getByRole("button", { name: "View as table" }).click();
  await expect(panel.getByRole("table", { name: "Leads by stage" })).toBeVisible();
});

test("a stuck lead leads to its journey", async ({ page }) => {
  await page.goto(LONG);
  await settled(page);
  await page.getByRole("table", { name: "Stuck leads" }).getByRole("link").first().click();
  await expect(page.getByRole("heading", { level: 1, name: /^Customer / })).toBeVisible();
});
