/** The map of pages. Search parameters are read once, for all pages that have a view. */
import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from "@tanstack/react-router";

import { lastDayQuery, sessionQuery, syncStatusQuery } from "../api/queries";
import { Shell } from "../features/shell/Shell";
import { Failure } from "../features/view/Waiting";
import { readSearch } from "../lib/search";
import { Empty } from "../ui/State";

interface Context {
  client: QueryClient;
}

const root = createRootRouteWithContext<Context>()({
  component: Outlet,
  notFoundComponent: () => <main><Empty title="There is no such page" why="The link may be old, or a letter may be missing." action={<a href="/">Go to Today</a>} drawing="streams" /></main>,
});

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: (raw: Record<string, unknown>): { next?: string } => (typeof raw.next === "string" && /^\/(?!\/)/.test(raw.next) ? { next: raw.next } : {}),
  component: lazyRouteComponent(() => import("../pages/Login")),
});

const app = createRoute({
  getParentRoute: () => root,
  id: "app",
  validateSearch: readSearch,
  beforeLoad: async ({ context, location }) => {
    const session = await context.client.ensureQueryData(sessionQuery);
    if (!session) throw redirect({ to: "/login", search: location.href === "/" ? {} : { next: location.href } });
    return { zone: session.organization.zone };
  },
  loader: ({ context }) => Promise.all([context.client.ensureQueryData(syncStatusQuery), context.client.ensureQueryData(lastDayQuery(context.zone))]),
  component: Shell,
});

const today = createRoute({ getParentRoute: () => app, path: "/", component: lazyRouteComponent(() => import("../pages/Today")) });
const explore = createRoute({ getParentRoute: () => app, path: "/explore", component: lazyRouteComponent(() => import("../pages/Explore")) });
const attribution = createRoute({ getParentRoute: () => app, path: "/journeys/attribution", component: lazyRouteComponent(() => import("../pages/Attribution")) });
const paths = createRoute({ getParentRoute: () => app, path: "/journeys/paths", component: lazyRouteComponent(() => import("../pages/Paths")) });
const reconciliation = createRoute({ getParentRoute: () => app, path: "/journeys/reconciliation", component: lazyRouteComponent(() => import("../pages/Reconciliation")) });
const customers = createRoute({ getParentRoute: () => app, path: "/journeys/timeline", component: lazyRouteComponent(() => import("../pages/Customers")) });
const timeline = createRoute({ getParentRoute: () => app, path: "/journeys/timeline/$customerId", component: lazyRouteComponent(() => import("../pages/Timeline")) });
const pipeline = createRoute({ getParentRoute: () => app, path: "/journeys/pipeline", component: lazyRouteComponent(() => import("../pages/Pipeline")) });
const funnel = createRoute({ getParentRoute: () => app, path: "/campaigns/funnel", component: lazyRouteComponent(() => import("../pages/Funnel")) });
const cohorts = createRoute({ getParentRoute: () => app, path: "/journeys/cohorts", component: lazyRouteComponent(() => import("../pages/Cohorts")) });
const retention = createRoute({ getParentRoute: () => app, path: "/journeys/retention", component: lazyRouteComponent(() => import("../pages/Retention")) });
const sources = createRoute({ getParentRoute: () => app, path: "/sources", component: lazyRouteComponent(() => import("../pages/Sources")) });
const channelRules = createRoute({ getParentRoute: () => app, path: "/sources/channels", component: lazyRouteComponent(() => import("../pages/ChannelRules")) });
const campaignAudit = createRoute({ getParentRoute: () => app, path: "/sources/campaign-audit", component: lazyRouteComponent(() => import("../pages/CampaignAudit")) });

const models = createRoute({ getParentRoute: () => app, path: "/sources/models", component: lazyRouteComponent(() => import("../pages/Models")) });

const tree = root.addChildren([login, app.addChildren([today, explore, attribution, customers, timeline, sources, models, pipeline, funnel, channelRules, campaignAudit, paths, cohorts, retention, reconciliation])]);

export function createAppRouter(client: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { client },
    defaultPreload: "intent",
    scrollRestoration: true,
    defaultErrorComponent: ({ error, reset }) => <main><Failure error={error instanceof Error ? error : new Error(String(error))} onRetry={reset} /></main>,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
