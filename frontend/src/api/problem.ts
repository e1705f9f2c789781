/**
 * A failed request as one error: the server's problem document, or what went wrong on the way to it.
 * Knows nothing about pages or words shown to people; `code` is what they look at.
 *
 * Source: RFC 9457.
 */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly retryable: boolean,
    /** Where to go on, when the server says so: the byte that an upload has reached. */
    readonly at: number | null = null,
  ) {
    super(detail || code);
  }
}

/** The problem in `body`, whatever shape it has: a proxy in between may answer with its own page. */
export function problemFrom(status: number, body: unknown): Problem {
  const fields = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const text = (name: string) => (typeof fields[name] === "string" ? fields[name] : "");
  const retryable = typeof fields.retryable === "boolean" ? fields.retryable : status >= 500;
  const at = typeof fields.at === "number" ? fields.at : null;
  return new Problem(status, text("code") || `http_${status}`, text("detail") || text("title"), retryable, at);
}

/** The problem of a request that got no answer at all. */
export const unreachable = () => new Problem(0, "unreachable", "", true);

/** `error` as a Problem, so that one component can show any failure. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(0, "unexpected", error instanceof Error ? error.message : String(error), false);
}
