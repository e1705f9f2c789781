import { expect, test } from "vitest";
import { mayReload } from "./stale";

test("a stale page is loaded anew once a minute at most", () => {
  const now = 1_000_000;
  expect(mayReload(null, now)).toBe(true);
  expect(mayReload(String(now - 59_000), now)).toBe(false);
  expect(mayReload(String(now - 61_000), now)).toBe(true);
  expect(mayReload(String(now + 5_000), now)).toBe(true); // the clock was set back
  expect(mayReload("nonsense", now)).toBe(true);
});
