import { defineConfig } from "@playwright/test";

/** Runs against a server that is up: BASE_URL, E2E_EMAIL and E2E_PASSWORD say which one and who signs in. */
export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  timeout: 45_000,
  expect: { timeout: 15_000 },
  workers: 1,
  retries: 0,
  reporter: "list",
  use: {
    baseURL: process.env.BASE_URL ?? "http://127.0.0.1:8400",
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
  },
  projects: [
    { name: "sign in", testMatch: /sign-in\.setup\.ts/ },
    { name: "pages", testMatch: /\.spec\.ts/, dependencies: ["sign in"], use: { storageState: "test-results/session.json" } },
  ],
});
