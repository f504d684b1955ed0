import { expect, type Page, test } from "@playwright/test";

import { figure, settled } from "./helpers";

const PATH = "/journeys/reconciliation";

async function open(page: Page): Promise<void> {
  await page.goto(PATH);
  await settled(page);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Platforms claim");
}

test("the waterfall leads from claims to orders, and every step of its table adds up", async ({ page }) => {
  await open(page);
  const panel = page.getByRole("region", { name: "From claims to orders" });
  await panel.getByRole("button", { name: "View as table" }).click();
  const rows = await panel.getByRole("table").locator("tbody tr").evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent ?? "")));
  let cents = 0;
  for (const [name = "", revenue = ""] of rows) {
    const here = Math.round(figure(revenue) * 100);
    if (name === "Claimed by platforms") cents = here;
    else if (name === "Credited to platforms" || name === "Orders") expect(cents, name).toBe(here);
    else cents += here;
  }
  expect(rows.at(-1)?.[0]).toBe("Orders");
});

test("each platform says how often it claims what it earned, and why", async ({ page }) => {
  await open(page);
  for (const platform of ["Meta Ads", "Google Ads", "TikTok Ads", "LinkedIn Ads"]) {
    const panel = page.getByRole("region", { name: new RegExp(`^${platform} claims \\d+\\.\\d\\d times what it earned`) });
    await expect(panel).toContainText("It counts");
    await expect(panel).toContainText("The largest reasons:");
  }
});

test("the waterfall and the recent days walk by arrow keys", async ({ page }) => {
  await open(page);
  const panel = page.getByRole("region", { name: "From claims to orders" });
  await panel.getByRole("group", { name: /Arrow keys/ }).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(panel.getByRole("status")).toContainText("Orders we do not know");
  const days = page.getByRole("region", { name: "How complete recent days are" });
  await days.getByRole("group", { name: /Arrow keys/ }).focus();
  await page.keyboard.press("ArrowLeft");
  await expect(days.getByRole("status")).toContainText(/% complete.*will be/);
  await page.keyboard.press("t");
  await expect(days.getByRole("table")).toContainText("arrived");
});

test("models and windows are compared, and the model of the URL recomputes the claims' credit", async ({ page }) => {
  await open(page);
  const panel = page.getByRole("region", { name: "Which decisions depend on the rule" });
  await expect(panel.getByRole("row", { name: /^LinkedIn Ads/ })).toContainText("Stable");
  await panel.getByRole("button", { name: "Windows" }).click();
  await expect(panel.getByRole("columnheader", { name: "90 days" })).toBeVisible();
  const before = await page.getByRole("heading", { level: 1 }).innerText();
  await page.getByRole("button", { name: /^Model:/ }).click();
  await page.getByRole("option", { name: /Last touch/ }).click();
  await expect(page).toHaveURL(/model=last_touch/);
  await settled(page);
  expect(await page.getByRole("heading", { level: 1 }).innerText()).not.toBe(before);
});

test("the page of attribution leads here", async ({ page }) => {
  await page.goto("/journeys/attribution");
  await settled(page);
  await page.getByRole("link", { name: "Take the platforms’ claims apart" }).click();
  await expect(page).toHaveURL(/\/journeys\/reconciliation/);
});
