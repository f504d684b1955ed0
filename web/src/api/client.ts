/** A thin client: same origin, cookie session, JSON, problem+json errors. */

/** An answer that was not 2xx, or none at all. Its text is what the server tells the user to do. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string | null,
    readonly code: string | null,
    readonly requestId: string | null,
  ) {
    super(detail ?? title);
    this.name = "ApiError";
  }
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

async function problem(response: Response): Promise<ApiError> {
  let body: Record<string, unknown> = {};
  if ((response.headers.get("content-type") ?? "").includes("json")) {
    const parsed: unknown = await response.json().catch(() => null);
    if (typeof parsed === "object" && parsed !== null) body = { ...parsed };
  }
  const requestId = text(body.request_id) ?? response.headers.get("x-request-id");
  const title = text(body.title) ?? `The server answered ${response.status}`;
  return new ApiError(response.status, title, text(body.detail), text(body.code), requestId);
}

/** `ifMatch`: the tag of what was changed, so that nobody's change is lost. */
export async function request<T>(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: unknown, signal?: AbortSignal, ifMatch?: string): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: "same-origin",
      headers: { accept: "application/json", ...(body === undefined ? {} : { "content-type": "application/json" }), ...(ifMatch ? { "if-match": ifMatch } : {}) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError(0, "The server does not answer", "Check that Tributary is running, then try again. Nothing is lost.", "unreachable", null);
  }
  if (!response.ok) throw await problem(response);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}
