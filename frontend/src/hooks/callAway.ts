/**
 * A call that the fan walked away from for a moment (opened a source, reloaded): which one, and whether to go on.
 * Kept per twin for this tab only.
 */
interface Away {
  id: string;
  /** It was paused by leaving, so coming back resumes it. */
  resume: boolean;
}

const key = (slug: string) => `fenshen-call:${slug}`;

/** The pause that is still on its way; coming back waits for it, or the resume would overtake it. */
let leaving: Promise<unknown> = Promise.resolve();

export function rememberCall(slug: string, away: Away): void {
  try {
    sessionStorage.setItem(key(slug), JSON.stringify(away));
  } catch {
    // storage is off: the call is simply not found again
  }
}

export function forgetCall(slug: string): void {
  try {
    sessionStorage.removeItem(key(slug));
  } catch {
    // storage is off: nothing was remembered
  }
}

export function callLeft(slug: string): Away | null {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(key(slug)) ?? "null");
    if (typeof stored !== "object" || stored === null) return null;
    const { id, resume } = stored as Record<string, unknown>;
    return typeof id === "string" ? { id, resume: resume === true } : null;
  } catch {
    return null;
  }
}

export function leaveWith(pause: Promise<unknown>): void {
  leaving = pause.catch(() => undefined);
}

export const left = () => leaving;
