import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

import { mockApi } from "./mock-api/plugin";

export default defineConfig({
  plugins: [react(), ...(process.env.MOCK === "1" ? [mockApi()] : [])],
  server: {
    host: "127.0.0.1",
    proxy: process.env.MOCK === "1" ? {} : { "/api": "http://127.0.0.1:8400" },
  },
  build: { target: "es2023", assetsInlineLimit: 0, sourcemap: false },
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"] },
});
