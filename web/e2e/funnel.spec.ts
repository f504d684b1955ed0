import { expect, test } from "@playwright/test";

import { figure, settled } from "./helpers";

test("the steps are named with who counted them, and revenue is the revenue of Today", async ({ page }) => {
  await page.goto("/");
  await settled(page);
  const revenue = figure(await page.locator("[data-figure=revenue] b").textContent());
  await page.goto("/campaigns/funnel");
  await settled(page);
  const steps = page.getByRole("list", { name: "Steps from impression to revenue" }).getByRole("listitem");
  await expect(steps).toHaveCount(6);
  await expect(steps.first()).toContainText("as platforms report");
  await expect(steps.nth(2)).toContainText("recorded by you");
  expect(Math.abs(figure(await page.locator("[data-step=revenue] p").first().innerText()) - revenue)).toBeLessThanOrEqual(1);
});

test("what a channel does not have is a dash, never zero", async ({ page }) => {
  await page.goto("/campaigns/funnel");
  await settled(page);
  const direct = page.getByRole("table", { name: "Funnel by channel" }).getByRole("row", { name: /^Direct/ });
  await expect(direct.getByRole("cell").nth(0)).toHaveText("—");
  await expect(direct.getByRole("cell").nth(1)).toHaveText("—");
  await expect(direct.getByRole("cell").nth(2)).not.toHaveText("—");
});

test("breakdown, model and comparison are in the URL; the total stays", async ({ page }) => {
  await page.goto("/campaigns/funnel");
  await settled(page);
  const total = () => page.locator("[data-step=revenue] p").first().innerText();
  const before = await total();
  await page.getByRole("button", { name: /^Split by/ }).click();
  await page.getByRole("option", { name: "country" }).click();
  await expect(page).toHaveURL(/split=country/);
  await settled(page);
  await expect(page.getByRole("table", { name: "Funnel by country" })).toBeVisible();
  expect(await total()).toBe(before);
  await page.getByRole("button", { name: /^Comparison/ }).click();
  await page.getByRole("option", { name: "nothing" }).click();
  await expect(page).toHaveURL(/compare=none/);
});
