import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { ApiError } from "./api/client";
import { sessionQuery } from "./api/queries";
import { createAppRouter } from "./routes/router";
import "./ui/base.css";
import { watchSystemTheme } from "./ui/theme";

const client = new QueryClient({
  queryCache: new QueryCache({
    // A session that has ended leads to sign-in, and from there back to the same view.
    onError: (error) => {
      if (!(error instanceof ApiError) || error.status !== 401 || client.getQueryData(sessionQuery.queryKey) == null) return;
      client.setQueryData(sessionQuery.queryKey, null);
      void router.invalidate();
    },
  }),
  defaultOptions: {
    queries: {
      // A refusal stays a refusal; only a server that did not answer is asked again.
      retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
      refetchOnWindowFocus: false,
    },
  },
});
const router = createAppRouter(client);
watchSystemTheme();

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
