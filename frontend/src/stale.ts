/**
 * A page that was opened before the server was updated asks for pieces that are not there any more. It is loaded
 * anew, at most once a minute, so that a piece that is really missing does not reload for ever.
 */
const KEY = "fenshen.reloaded";
const PAUSE_MS = 60_000;

export function mayReload(last: string | null, now_ms: number): boolean {
  const last_ms = Number(last ?? 0);
  return !Number.isFinite(last_ms) || now_ms - last_ms > PAUSE_MS || last_ms > now_ms;
}

/** Listen for pieces that could not be loaded. */
export function reloadWhenStale(): void {
  window.addEventListener("vite:preloadError", (event) => {
    if (!mayReload(sessionStorage.getItem(KEY), Date.now())) return;
    event.preventDefault();
    sessionStorage.setItem(KEY, String(Date.now()));
    window.location.reload();
  });
}
