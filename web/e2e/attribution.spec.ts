import { expect, type Page, test } from "@playwright/test";

import { figure, settled } from "./helpers";

const MODELS = ["first_touch", "last_touch", "linear", "time_decay", "position_based", "custom"];

async function totals(page: Page): Promise<string[]> {
  return Promise.all(MODELS.map((model) => page.locator(`[data-total=${model}]`).innerText()));
}

test("all six models hand out the same revenue, and it is the revenue of Today", async ({ page }) => {
  await page.goto("/");
  await settled(page);
  const revenue = figure(await page.locator("[data-figure=revenue] b").textContent());
  await page.goto("/journeys/attribution");
  await settled(page);
  const sums = await totals(page);
  expect(new Set(sums).size).toBe(1);
  expect(figure(sums[0] ?? "")).toBe(revenue);
  await expect(page.getByText(/Each model hands out the same .* to the cent\./)).toBeVisible();
});

test("unattributed stays above the total whatever the order", async ({ page }) => {
  await page.goto("/journeys/attribution");
  await settled(page);
  const table = page.getByRole("table", { name: "Credited revenue by channel and model" });
  for (const column of ["Channel", "Linear €", "Spend €"]) {
    await table.getByRole("button", { name: column }).click();
    await expect(table.locator("tbody tr").last().getByRole("rowheader")).toHaveText("Unattributed");
  }
});

test("the window changes the URL and the figures, by keyboard alone, but never the total", async ({ page }) => {
  await page.goto("/journeys/attribution");
  await settled(page);
  const unattributed = page.getByRole("row", { name: /^Unattributed/ }).first();
  const before = { sums: await totals(page), row: await unattributed.innerText() };
  const slider = page.getByRole("slider", { name: "Window" });
  await slider.focus();
  for (let press = 0; press < 4; press++) await page.keyboard.press("PageDown");
  await expect(page).toHaveURL(/window=2\b/);
  await settled(page);
  expect(await unattributed.innerText()).not.toBe(before.row);
  expect(await totals(page)).toEqual(before.sums);
});

test("journey, half-life and shown figure are in the URL", async ({ page }) => {
  await page.goto("/journeys/attribution");
  await settled(page);
  await page.getByRole("button", { name: "Starts again" }).click();
  await expect(page).toHaveURL(/journey=closed/);
  await page.getByRole("group", { name: "Shown figure" }).getByRole("button", { name: "ROAS" }).click();
  await expect(page).toHaveURL(/show=roas/);
  await page.getByRole("button", { name: /^Half-life/ }).click();
  await page.getByRole("option", { name: "14 days" }).click();
  await expect(page).toHaveURL(/half=14/);
  await settled(page);
  await expect(page.getByRole("table", { name: "ROAS by channel and model" })).toContainText("×");
});

test("campaigns add up to the same total", async ({ page }) => {
  await page.goto("/journeys/attribution");
  await settled(page);
  const channels = await totals(page);
  await page.getByRole("button", { name: "Campaigns" }).click();
  await expect(page).toHaveURL(/by=campaign/);
  await expect(page.getByRole("table", { name: "Credited revenue by campaign and model" })).toBeVisible();
  await settled(page);
  expect(await totals(page)).toEqual(channels);
});

test("the chart has a table twin and walks by arrow keys", async ({ page }) => {
  await page.goto("/journeys/attribution");
  await settled(page);
  const panel = page.getByRole("region", { name: "How credit moves between models" });
  await panel.getByRole("group", { name: /Arrow keys/ }).focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(panel.getByRole("status")).toContainText("Position");
  await page.keyboard.press("t");
  await expect(panel.getByRole("table")).toBeVisible();
});
