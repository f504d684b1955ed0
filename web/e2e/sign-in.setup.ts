import { expect, test } from "@playwright/test";

import { credentials } from "./helpers";

test("a page without a session leads to sign-in, a wrong password is refused, the right one leads back", async ({ page, baseURL }) => {
  await page.goto("/journeys/attribution?window=14");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  const { email, password } = credentials();
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("try again", { ignoreCase: true });
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(`${baseURL ?? ""}/journeys/attribution?window=14`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.context().storageState({ path: "test-results/session.json" });
});
