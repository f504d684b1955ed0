/** A development stand-in for the server until it runs: a small invented shop, held in memory. */
import type { IncomingMessage } from "node:http";

import type { Plugin } from "vite";

import { answer } from "./answers";

async function body(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString();
  return text === "" ? null : JSON.parse(text);
}

export function mockApi(): Plugin {
  return {
    name: "mock-api",
    configureServer(server) {
      server.middlewares.use("/api", (request, response) => {
        void (async () => {
          const result = answer(request.method ?? "GET", `/api${request.url ?? ""}`, await body(request));
          await new Promise((done) => setTimeout(done, 40));
          response.statusCode = result.status;
          response.setHeader("content-type", result.status >= 400 ? "application/problem+json" : "application/json");
          response.end(result.status === 204 ? "" : JSON.stringify(result.body));
        })();
      });
    },
  };
}
