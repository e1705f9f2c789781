/** The typed door to the server: every request of the app passes here and fails as a `Problem`. */
import createClient from "openapi-fetch";
import { Problem, problemFrom, unreachable } from "./problem";
import type { paths } from "./schema.gen";

export const api = createClient<paths>({ baseUrl: "/", credentials: "same-origin" });

interface Outcome<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/**
 * The body of a request's answer.
 *
 * @throws Problem for every answer outside 2xx and for no answer at all.
 */
export async function answered<Data>(request: Promise<Outcome<Data>>): Promise<Data> {
  let outcome: Outcome<Data>;
  try {
    outcome = await request;
  } catch (error) {
    throw error instanceof Problem ? error : unreachable();
  }
  if (!outcome.response.ok) throw problemFrom(outcome.response.status, outcome.error);
  return outcome.data as Data;
}
