import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  server: { host: "127.0.0.1", proxy: { "/api": "http://127.0.0.1:8400" } },
  // Nothing is inlined: the server allows scripts, styles and fonts from its own files only.
  build: { target: "es2023", assetsInlineLimit: 0 },
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"] },
});
