/** Imports go one way: lib <- api and ui <- charts, table, forms <- features <- pages <- routes. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const SOURCE = import.meta.dirname;
const MAY_IMPORT: Record<string, readonly string[]> = {
  lib: ["lib"],
  api: ["lib", "api"],
  ui: ["lib", "ui"],
  charts: ["lib", "ui", "charts"],
  table: ["lib", "ui", "table"],
  forms: ["lib", "ui", "forms"],
  features: ["lib", "api", "ui", "charts", "table", "forms", "features"],
  pages: ["lib", "api", "ui", "charts", "table", "forms", "features"],
  routes: ["lib", "api", "ui", "charts", "table", "forms", "features", "pages"],
};

const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".d.ts"));
const layerOf = (file: string) => (file.includes("/") ? file.split("/")[0] : undefined);

test("every import points to its own layer or a lower one", () => {
  const wrong = files.flatMap((file) => {
    const allowed = MAY_IMPORT[layerOf(file) ?? ""];
    if (!allowed) return [];
    const imports = [...readFileSync(join(SOURCE, file), "utf8").matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)].map((match) => match[1] ?? "");
    return imports
      .map((target) => relative(SOURCE, resolve(SOURCE, dirname(file), target)))
      .filter((target) => !target.endsWith(".css") && !allowed.includes(layerOf(target) ?? ""))
      .map((target) => `${file} imports ${target}`);
  });
  expect(wrong).toEqual([]);
});

test("files stay short enough to be read in one sitting", () => {
  const long = files.filter((file) => !file.includes("generated")).map((file) => ({ file, lines: readFileSync(join(SOURCE, file), "utf8").split("\n").length })).filter(({ lines }) => lines > 300);
  expect(long).toEqual([]);
});

test("figures become text in lib/format.ts and dates in lib/dates.ts only", () => {
  const elsewhere = files.filter((file) => !/^lib\/(format|dates)\.ts$|^api\/lastDay\.ts$|\.test\./.test(file) && /toFixed\(|toLocaleString\(|new Intl\.(Number|DateTime)Format/.test(readFileSync(join(SOURCE, file), "utf8")));
  // Geometry writes coordinates with toFixed; it never writes figures.
  expect(elsewhere.filter((file) => !file.startsWith("charts/"))).toEqual([]);
});
