/** Every request the pages make, as TanStack Query options: the key holds exactly what the answer depends on. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { ApiError, request } from "./client";
import { lastFullDay, todayIn } from "./lastDay";
import type { Assists, AttributionSettings, CalculateRequest, CampaignAudit, Catalogue, ChannelDecision, ChannelRuleSet, ChannelRules, ChannelRulesVersion, Cohorts, Completion, CustomerJourney, CustomerList, IdentityDecided, Job, MarketingFunnel, Overlap, Paths, Pipeline, Reconciliation, ReportQuery, ResultTable, Retention, SaveSettings, Session, SettingsHistory, SettingsVersion, Stability, SyncStatus, TestTouch, UnmergeRequest, WhatIfAnswer } from "./types";

const MINUTE = 60_000;

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return await request<Session>("GET", "/api/session", undefined, signal);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 5 * MINUTE,
  retry: false,
});

export function signIn(email: string, password: string): Promise<Session> {
  return request<Session>("POST", "/api/session", { email, password });
}

export function signOut(): Promise<void> {
  return request<void>("DELETE", "/api/session");
}

/** Null where the role may not see sources. */
export const syncStatusQuery = queryOptions({
  queryKey: ["sync-status"],
  queryFn: async ({ signal }): Promise<SyncStatus | null> => {
    try {
      return await request<SyncStatus>("GET", "/api/integrations/sync-status", undefined, signal);
    } catch (error) {
      if (error instanceof ApiError && error.status === 403) return null;
      throw error;
    }
  },
  staleTime: MINUTE,
});

/** Far enough back for any shop, and to the end of next year: the newest day with data is asked for, not assumed. */
const EVER = { from: "2000-01-01", to: `${new Date().getUTCFullYear() + 1}-12-31` };

/** The last full day of the data, in the organisation's zone; null while there is none. */
export function lastDayQuery(zone: string) {
  return queryOptions({
    queryKey: ["last-day", zone],
    queryFn: async ({ signal }): Promise<string | null> => {
      const ask = { metrics: ["spend", "conversions"], ...EVER, grain: "day", sort: [{ by: "date", descending: true }], limit: NEWEST } satisfies ReportQuery;
      return lastFullDay(await request<ResultTable>("POST", "/api/reports/query", ask, signal), todayIn(zone));
    },
    staleTime: MINUTE,
  });
}

const NEWEST = 60;

/** The old answer stays on the page, dimmed, until the new one arrives. */
export function reportQuery(query: ReportQuery | null) {
  return queryOptions({
    queryKey: ["report", query],
    queryFn: ({ signal }) => request<ResultTable>("POST", "/api/reports/query", query, signal),
    enabled: query !== null,
    placeholderData: keepPreviousData,
    staleTime: MINUTE,
  });
}

/** What can be asked for. */
export const catalogueQuery = queryOptions({
  queryKey: ["catalogue"],
  queryFn: ({ signal }) => request<Catalogue>("GET", "/api/reports/catalogue", undefined, signal),
  staleTime: 5 * MINUTE,
});

const POLL_MS = 700;

/** Long work is answered with a job: it is asked for until its answer is there. */
async function finished(asked: Promise<ResultTable | Job>, signal: AbortSignal): Promise<ResultTable> {
  let answer = await asked;
  while ("state" in answer) {
    if (answer.result) return answer.result;
    await new Promise((resolve) => { setTimeout(resolve, POLL_MS); });
    answer = await request<Job>("GET", `/api/jobs/${answer.id}`, undefined, signal);
  }
  return answer;
}

export function calculateQuery(input: CalculateRequest | null) {
  return queryOptions({
    queryKey: ["calculate", input],
    queryFn: ({ signal }) => finished(request<ResultTable | Job>("POST", "/api/analytics/attribution/calculate", input, signal), signal),
    enabled: input !== null,
    placeholderData: keepPreviousData,
    staleTime: MINUTE,
  });
}

export const attributionSettingsQuery = queryOptions({
  queryKey: ["attribution-settings"],
  queryFn: ({ signal }) => request<SettingsVersion>("GET", "/api/analytics/attribution/settings", undefined, signal),
  staleTime: MINUTE,
});

export const settingsHistoryQuery = queryOptions({
  queryKey: ["attribution-settings", "history"],
  queryFn: ({ signal }) => request<SettingsHistory>("GET", "/api/analytics/attribution/settings/history", undefined, signal),
  staleTime: MINUTE,
});

/** The effect of changes on the last 28 full days; nothing is saved. */
export function whatIfQuery(settings: AttributionSettings | null) {
  return queryOptions({
    queryKey: ["attribution-settings", "what-if", settings],
    queryFn: ({ signal }) => request<WhatIfAnswer>("POST", "/api/analytics/attribution/settings/what-if", { settings }, signal),
    enabled: settings !== null,
    placeholderData: keepPreviousData,
    staleTime: MINUTE,
    retry: false,
  });
}

export function saveSettings(body: SaveSettings): Promise<SettingsVersion> {
  return request<SettingsVersion>("POST", "/api/analytics/attribution/settings", body);
}

export function customersQuery(search: string, limit: number) {
  const parameters = new URLSearchParams({ limit: String(limit), ...(search === "" ? {} : { search }) });
  return queryOptions({
    queryKey: ["customers", search, limit],
    queryFn: ({ signal }) => request<CustomerList>("GET", `/api/analytics/customers?${parameters.toString()}`, undefined, signal),
    placeholderData: keepPreviousData,
    staleTime: MINUTE,
  });
}

export interface PipelineParameters {
  from: string;
  to: string;
  cohort: "lead" | "stage";
  by: string;
}

export function pipelineQuery(parameters: PipelineParameters) {
  const search = new URLSearchParams({ ...parameters });
  return queryOptions({
    queryKey: ["pipeline", parameters],
    queryFn: ({ signal }) => request<Pipeline>("GET", `/api/analytics/pipeline?${search.toString()}`, undefined, signal),
    placeholderData: keepPreviousData,
    staleTime: MINUTE,
  });
}

/** The days, window, journey and steps of a question about paths. */
export type PathParameters = Record<"from" | "to" | "window" | "journey" | "step", string>;

function pathQuery<Answer>(name: "paths" | "assists" | "overlap", parameters: Record<string, string>) {
  const search = new URLSearchParams(parameters);
  return queryOptions({
    queryKey: [name, parameters],
    queryFn: ({ signal }) => request<Answer>("GET", `/api/analytics/${name}?${search.toString()}`, undefined, signal),
    placeholderData: keepPreviousData,
    staleTime: MINUTE,
  });
}

export interface FunnelParameters {
  from: string;
  to: string;
  by: string;
  model: string;
  window: string;
  compare: "previous" | "year" | "none";
}

export function funnelQuery(parameters: FunnelParameters) {
  const search = new URLSearchParams({ ...parameters });
  return queryOptions({
    queryKey: ["funnel", parameters],
    queryFn: ({ signal }) => request<MarketingFunnel>("GET", `/api/analytics/funnel?${search.toString()}`, undefined, signal),
    placeholderData: keepPreviousData,
    staleTime: MINUTE,
  });
}

/** Which customers: by what won them, under which model and window, in cohorts of which length. */
export interface AcquisitionParameters {
  by: string;
  model: string;
  grain: string;
  window: string;
}

export function cohortsQuery(parameters: AcquisitionParameters | null) {
  return queryOptions({
    queryKey: ["cohorts", parameters],
    queryFn: ({ signal }) => request<Cohorts>("GET", `/api/analytics/cohorts?${new URLSearchParams({ ...parameters }).toString()}`, undefined, signal),
    enabled: parameters !== null,
    placeholderData: keepPreviousData,
    staleTime: MINUTE,
  });
}

export const pathsQuery = (parameters: PathParameters, collapse: boolean) => pathQuery<Paths>("paths", { ...parameters, collapse: String(collapse) });
export const assistsQuery = (parameters: PathParameters) => pathQuery<Assists>("assists", parameters);
export const overlapQuery = (parameters: PathParameters) => pathQuery<Overlap>("overlap", parameters);

export function retentionQuery(parameters: AcquisitionParameters | null, quietDays: number) {
  const search = new URLSearchParams({ ...parameters, quiet_days: String(quietDays) });
  return queryOptions({
    queryKey: ["retention", parameters, quietDays],
    queryFn: ({ signal }) => request<Retention>("GET", `/api/analytics/retention?${search.toString()}`, undefined, signal),
    enabled: parameters !== null,
    placeholderData: keepPreviousData,
    staleTime: MINUTE,
  });
}

export interface JourneyParameters {
  window: string;
  journey: "rolling" | "closed";
  half_life: string;
}

/** Takes identifiers from a customer, for good. */
export function unmergeCustomer(body: UnmergeRequest): Promise<IdentityDecided> {
  return request<IdentityDecided>("POST", "/api/identities/unmerge", body);
}

export function customerJourneyQuery(customerId: string, parameters: JourneyParameters) {
  const search = new URLSearchParams({ ...parameters });
  return queryOptions({
    queryKey: ["customer-journey", customerId, parameters],
    queryFn: ({ signal }) => request<CustomerJourney>("GET", `/api/analytics/customer-journey/${encodeURIComponent(customerId)}?${search.toString()}`, undefined, signal),
    placeholderData: keepPreviousData,
    staleTime: MINUTE,
  });
}

const CHANNEL_RULES = "/api/marketing/channel-rules";

export const channelRulesQuery = queryOptions({
  queryKey: ["channel-rules"],
  queryFn: ({ signal }) => request<ChannelRules>("GET", CHANNEL_RULES, undefined, signal),
  staleTime: MINUTE,
});

export const channelHistoryQuery = queryOptions({
  queryKey: ["channel-rules", "history"],
  queryFn: ({ signal }) => request<{ versions: ChannelRulesVersion[] }>("GET", `${CHANNEL_RULES}/history`, undefined, signal),
  staleTime: MINUTE,
});

export function channelRulesOf(version: number): Promise<ChannelRules> {
  return request<ChannelRules>("GET", `${CHANNEL_RULES}?version=${version}`);
}

/** Saves rules that were made from `version`. */
export function saveChannelRules(version: number, set: ChannelRuleSet, note: string): Promise<ChannelRules> {
  return request<ChannelRules>("PUT", CHANNEL_RULES, { set, note }, undefined, `"channel-rules-${version}"`);
}

export function testChannelRules(touch: TestTouch, set: ChannelRuleSet, withEffect: boolean): Promise<ChannelDecision> {
  return request<ChannelDecision>("POST", `${CHANNEL_RULES}/test`, { touch, set, with_effect: withEffect });
}

export function campaignAuditQuery(range: { from: string; to: string }) {
  const parameters = new URLSearchParams({ from: range.from, to: range.to });
  return queryOptions({
    queryKey: ["campaign-audit", range],
    queryFn: ({ signal }) => request<CampaignAudit>("GET", `/api/analytics/campaign-audit?${parameters.toString()}`, undefined, signal),
    placeholderData: keepPreviousData,
    staleTime: MINUTE,
  });
}

/** A question of a page in its URL's own words. */
function pageQuery<T>(name: string, parameters: Record<string, string> | null) {
  return queryOptions({
    queryKey: [name, parameters],
    queryFn: ({ signal }) => request<T>("GET", `/api/analytics/${name}?${new URLSearchParams(parameters ?? {}).toString()}`, undefined, signal),
    enabled: parameters !== null,
    placeholderData: keepPreviousData,
    staleTime: MINUTE,
  });
}

export const reconciliationQuery = (parameters: Record<string, string> | null) => pageQuery<Reconciliation>("reconciliation", parameters);
export const completionQuery = (parameters: Record<string, string> | null) => pageQuery<Completion>("completion", parameters);
export const stabilityQuery = (parameters: Record<string, string> | null) => pageQuery<Stability>("stability", parameters);
