import { expect, test } from "vitest";
import type { CallEntry } from "../../api/types";
import { lastedSeconds, statementGroups } from "./statementGroups";

const entry = (changes: Partial<CallEntry>) =>
  ({
    call_id: "c",
    kind: "call",
    twin: "juniper",
    started: "2026-12-01T10:05:00Z",
    ended: "2026-12-01T10:05:32Z",
    seconds: 19,
    price_micros_per_minute: 1_000_000,
    charged_micros: 316_666,
    ...changes,
  }) as CallEntry;

test("answers of one hour, twin and price are one line, and a person's calls stay apart", () => {
  const answers = Array.from({ length: 30 }, (_, n) =>
    entry({ call_id: `a${n}`, kind: "answer", seconds: n, charged_micros: n }),
  );
  const groups = statementGroups([
    entry({ call_id: "c2" }),
    ...answers,
    entry({ call_id: "a31", kind: "answer", started: "2026-12-01T09:59:59Z" }),
    entry({ call_id: "a32", kind: "answer", price_micros_per_minute: 5 }),
    entry({ call_id: "a33", kind: "answer", twin: "rowan" }),
    entry({ call_id: "c1" }),
  ]);
  expect(groups.map((group) => group.calls.length)).toEqual([1, 30, 1, 1, 1, 1]);
  expect(groups[1]).toMatchObject({ seconds: 435, charged_micros: 435 });
});

test("how long a call lasted is told only once it has ended", () => {
  expect(lastedSeconds(entry({}))).toBe(32);
  expect(lastedSeconds(entry({ ended: null }))).toBe(0);
});
