import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

export function credentials(): { email: string; password: string } {
  const { E2E_EMAIL: email, E2E_PASSWORD: password } = process.env;
  if (!email || !password) throw new Error("Set E2E_EMAIL and E2E_PASSWORD to an account of the server at BASE_URL");
  return { email, password };
}

/** Waits until nothing on the page is loading or stale. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle");
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
}

/** 1,284,460 or €1,284,460 or −79.00 as a number. */
export function figure(text: string | null): number {
  const plain = (text ?? "").replace(/[^\d.,−-]/g, "").replace("−", "-").replaceAll(",", "");
  if (plain === "" || Number.isNaN(Number(plain))) throw new Error(`"${text ?? ""}" is not a figure`);
  return Number(plain);
}

/** `overlay`: what floats is a dialog with dismiss buttons around it, which axe would like to see in a landmark of the page. */
export async function axeClean(page: Page, overlay = false): Promise<void> {
  // What is still fading in has the contrast of no state that anybody reads.
  await page.evaluate(async () => {
    const ending = document.getAnimations().filter((animation) => animation.effect?.getComputedTiming().iterations !== Infinity);
    await Promise.allSettled(ending.map(async (animation) => animation.finished));
  });
  const { violations } = await new AxeBuilder({ page }).disableRules(overlay ? ["region"] : []).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
  expect(violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => `${node.html.slice(0, 160)} ${node.failureSummary ?? ""}`).slice(0, 3).join(" | ")}`)).toEqual([]);
}

export async function firstCustomer(page: Page): Promise<void> {
  await page.goto("/journeys/timeline");
  await settled(page);
  await page.getByRole("table", { name: "Customers" }).getByRole("link").first().click();
  await expect(page.getByRole("heading", { level: 1, name: /^Customer / })).toBeVisible();
  await settled(page);
}
