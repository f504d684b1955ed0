/** Every request the pages make, as TanStack Query options: the key holds exactly what the answer depends on. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { ApiError, request } from "./client";
import { lastFullDay, todayIn } from "./lastDay";
import type { CalculateRequest, CustomerJourney, CustomerList, IdentityDecided, ReportQuery, ResultTable, Session, SyncStatus, UnmergeRequest } from "./types";

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

export function calculateQuery(input: CalculateRequest | null) {
  return queryOptions({
    queryKey: ["calculate", input],
    queryFn: ({ signal }) => request<ResultTable>("POST", "/api/analytics/attribution/calculate", input, signal),
    enabled: input !== null,
    placeholderData: keepPreviousData,
    staleTime: MINUTE,
  });
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
