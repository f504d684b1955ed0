import { expect, test } from "@playwright/test";

import { axeClean, firstCustomer, settled } from "./helpers";

const PAGES = ["/", "/explore", "/explore?rows=channel,campaign&cols=device&values=spend,clicks,ctr&chart=bars", "/journeys/attribution", "/journeys/attribution?by=campaign&show=share", "/journeys/timeline", "/journeys/pipeline", "/campaigns/funnel", "/sources", "/sources/channels", "/sources/campaign-audit", "/journeys/paths", "/journeys/cohorts", "/journeys/retention?active=engaged", "/sources/models", "/journeys/reconciliation"];

for (const theme of ["light", "dark"] as const) {
  test.describe(theme, () => {
    test.use({ colorScheme: theme });

    test("axe finds nothing on any page", async ({ page }) => {
      test.setTimeout(240_000);
      for (const path of PAGES) {
        await test.step(path, async () => {
          await page.goto(path);
          await settled(page);
          await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
          await axeClean(page);
        });
      }
      await test.step("a customer", async () => {
        await firstCustomer(page);
        await axeClean(page);
      });
    });

    test("axe finds nothing on an open card, list and palette", async ({ page }) => {
      await page.goto("/");
      await settled(page);
      await page.locator("[data-figure=roas] button").click();
      await axeClean(page, true);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: /^Model/ }).click();
      await axeClean(page, true);
      await page.keyboard.press("Escape");
      await page.keyboard.press("Control+k");
      await expect(page.getByRole("searchbox")).toBeVisible();
      await axeClean(page, true);
    });

    test("axe finds nothing on the sign-in page", async ({ browser, baseURL }) => {
      const context = await browser.newContext({ colorScheme: theme, storageState: { cookies: [], origins: [] }, ...(baseURL ? { baseURL } : {}) });
      const page = await context.newPage();
      await page.goto("/login");
      await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
      await axeClean(page);
      await context.close();
    });
  });
}

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test("no page scrolls sideways, at 390 px and at 320 px", async ({ page }) => {
    test.setTimeout(90_000);
    await firstCustomer(page);
    const customer = new URL(page.url()).pathname;
    for (const path of [...PAGES, customer]) {
      for (const width of [390, 320]) {
        await page.setViewportSize({ width, height: 844 });
        await page.goto(path);
        await settled(page);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(over, `${path} at ${width} px`).toBeLessThanOrEqual(0);
      }
    }
  });

  test("axe finds nothing", async ({ page }) => {
    await page.goto("/");
    await settled(page);
    await axeClean(page);
  });
});

test("the skip link is the first stop and leads to the content", async ({ page }) => {
  await page.goto("/");
  await settled(page);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("main")).toBeFocused();
});

test("nothing is written to the console and no other server is asked", async ({ page, baseURL }) => {
  const said: string[] = [];
  page.on("console", (message) => (message.type() === "error" || message.type() === "warning" ? said.push(message.text()) : undefined));
  page.on("pageerror", (error) => said.push(error.message));
  page.on("request", (request) => (request.url().startsWith(baseURL ?? "") || request.url().startsWith("data:") ? undefined : said.push(request.url())));
  for (const path of PAGES) {
    await page.goto(path);
    await settled(page);
  }
  await page.locator("body").click();
  expect(said).toEqual([]);
});
