/** The addresses of the app's own pages. */
const part = encodeURIComponent;

export const talkPath = (slug: string) => `/t/${part(slug)}`;
export const searchPath = (slug: string) => `/t/${part(slug)}/search`;
export const studioPath = (slug: string, section: "library" | "train" | "versions" | "earnings") =>
  `/studio/${part(slug)}/${section}`;

/** The studio itself; it opens at the library. */
export const studioHome = (slug: string) => `/studio/${part(slug)}`;

export const tastePath = (slug: string) => `${studioPath(slug, "versions")}/taste`;

/** Password and browsers. */
export const accountPath = "/account";

/** Where an operator brings twins in. */
export const importsPath = "/admin/imports";

/** Two versions side by side; without ids the page offers the newest two. */
export const comparePath = (slug: string, a = "", b = "") =>
  `${studioPath(slug, "versions")}/compare${a && b && `?a=${part(a)}&b=${part(b)}`}`;

/** The transcript of an item in its creator's studio, at a place such as `t=83` or `p=4`. */
export const transcriptPath = (slug: string, item_id: string, anchor = "") =>
  `${studioPath(slug, "library")}/${part(item_id)}${anchor && `#${encodeURI(anchor)}`}`;

/** The log-in page that returns to `next` afterwards. */
export const logInPath = (next: string) => `/log-in?next=${part(next)}`;

/** Where to go after logging in: a page of this app and nothing else. */
export function nextPath(wanted: string | null): string {
  return wanted !== null && /^\/(?![/\\])/.test(wanted) ? wanted : "/";
}

/** The fragment as it was written; a stray percent sign is not an error. */
export function anchorOf(hash: string): string {
  try {
    return decodeURIComponent(hash.replace(/^#/, ""));
  } catch {
    return hash.replace(/^#/, "");
  }
}
