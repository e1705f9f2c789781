/** The addresses of the app's own pages. */
const part = encodeURIComponent;

export const talkPath = (slug: string) => `/t/${part(slug)}`;
export const searchPath = (slug: string) => `/t/${part(slug)}/search`;
export const studioPath = (slug: string, section: "library" | "versions" | "earnings") =>
  `/studio/${part(slug)}/${section}`;

/** The log-in page that returns to `next` afterwards. */
export const logInPath = (next: string) => `/log-in?next=${part(next)}`;

/** Where to go after logging in: a page of this app and nothing else. */
export function nextPath(wanted: string | null): string {
  return wanted !== null && /^\/(?![/\\])/.test(wanted) ? wanted : "/";
}
