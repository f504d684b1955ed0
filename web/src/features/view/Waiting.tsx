/** One place for the three states of a request that has no answer yet. */
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { ApiError } from "../../api/client";
import { ErrorState, Skeleton } from "../../ui/State";

/** Shows a skeleton, an error with its request id, or what `children` makes of the answer. */
export function Waiting<T>({ query, label, rows, height, children }: { query: UseQueryResult<T>; label: string; rows?: number; height?: number; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isError) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  return <Skeleton label={label} {...(rows ? { rows } : {})} {...(height ? { height } : {})} />;
}

export function Failure({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const known = error instanceof ApiError ? error : null;
  return <ErrorState title={known?.title ?? "This page could not be drawn"} detail={known?.detail ?? error.message} requestId={known?.requestId ?? null} {...(onRetry ? { onRetry } : {})} />;
}
