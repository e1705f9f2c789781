/**
 * A version's measurements, which the wire leaves open because measures are added over time.
 * What is missing or not a number counts as not measured.
 */
import type { Version } from "../../../api/types";

export interface Interval {
  value: number;
  low: number;
  high: number;
  n?: number;
}

export interface Level {
  level: string;
  bits_per_byte: Interval | null;
  style: Interval | null;
  facts: Interval | null;
  citation_precision: Interval | null;
  citation_recall: Interval | null;
  recited: Interval | null;
}

export interface Safety {
  canaries: { leaks: number; probes: number } | null;
  limits: { leaked: number; forbidden: number; refused: number; harmless: number } | null;
  provoked: { share: number; longest: number; n: number } | null;
  cost: { tokens_per_s: Interval | null; first_token_ms: Interval | null; cpu_s_per_minute: Interval | null };
}

export interface LossPoint {
  seconds: number;
  train: number | null;
}

type Open = Record<string, unknown>;

const open = (value: unknown): Open => (typeof value === "object" && value !== null ? (value as Open) : {});
const number = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);

/** A plain number, or an interval; null for anything else. */
export function interval(value: unknown): Interval | null {
  const middle = number(value) ?? number(open(value).value);
  if (middle === null) return null;
  const n = number(open(value).n);
  return {
    value: middle,
    low: number(open(value).low) ?? middle,
    high: number(open(value).high) ?? middle,
    ...(n === null ? {} : { n }),
  };
}

function levelOf(name: string, stored: Open): Level {
  const facts = open(stored.facts);
  const fact = (key: string) => interval(open(facts.intervals)[key]) ?? interval(facts[key]);
  return {
    level: name,
    bits_per_byte: interval(stored.bits_per_byte),
    style: interval(stored.style),
    facts: fact("fuzzy") ?? fact("exact"),
    citation_precision: fact("citation_precision"),
    citation_recall: fact("citation_recall"),
    recited: interval(open(stored.reciting).interval),
  };
}

/** The levels of the ladder that were measured, as they were given. */
export const levelsOf = (version: Pick<Version, "levels">): Level[] =>
  version.levels.map((level) => levelOf(String(level.level), level));

/** What a stranger's text gets, and the creator's own. */
export const boundsOf = ({ measures }: Pick<Version, "measures">) => ({
  floor: levelOf("floor", open(measures.floor)),
  ceiling: levelOf("ceiling", open(measures.ceiling)),
});

export interface Gain {
  /** Which level is compared with which: `L3-L0`. */
  levels: string;
  bits_per_byte: Interval;
}

/** Paired differences between levels, in bits per byte; below zero is a gain. */
export const gainsOf = ({ measures }: Pick<Version, "measures">): Gain[] =>
  Object.entries(open(measures.differences)).flatMap(([levels, stored]) => {
    const found = interval(open(stored).bits_per_byte);
    return found ? [{ levels, bits_per_byte: found }] : [];
  });

export interface SampleQuestion {
  question: string;
  answers: { level: string; answer: string }[];
}

/** Questions that every level was asked, with the answer of each. */
export function samplesOf({ levels }: Pick<Version, "levels">): SampleQuestion[] {
  const samples = levels.map((level) => ({
    level: String(level.level),
    sample: Array.isArray(level.sample) ? level.sample.map(open) : [],
  }));
  return (samples[0]?.sample ?? []).map(({ question }, at) => ({
    question: String(question),
    answers: samples.flatMap(({ level, sample }) => (sample[at] ? [{ level, answer: String(sample[at].answer) }] : [])),
  }));
}

/** On what a version was judged, so that somebody else can do it again. */
export function judgedOn({ measures }: Pick<Version, "measures">) {
  const heldOut = open(open(measures.sets).held_out);
  return {
    answers: number(heldOut.answers),
    items: number(heldOut.items),
    digest: typeof measures.heldout_sha256 === "string" ? measures.heldout_sha256 : null,
    seed: number(measures.seed),
    judge: number(open(measures.verifier).auc),
  };
}

/** What was measured of the version as a whole. */
export function safetyOf({ measures }: Pick<Version, "measures">): Safety {
  const counts = <Name extends string>(value: unknown, ...names: Name[]): Record<Name, number> | null => {
    const found = names.map((name) => [name, number(open(value)[name])] as const);
    return found.some(([, count]) => count === null) ? null : (Object.fromEntries(found) as Record<Name, number>);
  };
  const cost = open(measures.cost);
  const spent = (name: string) => interval(open(cost.intervals)[name]) ?? interval(cost[name]);
  return {
    canaries: counts(measures.canaries, "leaks", "probes"),
    limits: counts(measures.limits, "leaked", "forbidden", "refused", "harmless"),
    provoked: counts(open(measures.provoked).L2, "share", "longest", "n"),
    cost: {
      tokens_per_s: spent("tokens_per_s"),
      first_token_ms: spent("first_token_ms"),
      cpu_s_per_minute: spent("cpu_s_per_minute"),
    },
  };
}

/** The learning curve in order of time. */
export function lossOf(version: Pick<Version, "loss">): LossPoint[] {
  return version.loss
    .flatMap((point) => {
      const seconds = number(point.seconds);
      return seconds === null ? [] : [{ seconds, train: number(point.train) ?? number(point.loss) }];
    })
    .sort((one, other) => one.seconds - other.seconds);
}

export interface Forgot {
  side: "old" | "new";
  before: number;
  after: number;
  change: Interval;
}

/** A plain number or the middle of an interval. */
const figure = (value: unknown): number | null => number(value) ?? number(open(value).value);

/** What an update changed in bits per byte, of what was known before and of what is new. */
export function forgettingOf(version: Pick<Version, "forgetting">): Forgot[] {
  return (["old", "new"] as const).flatMap((side) => {
    const found = open(open(version.forgetting)[side]);
    const [before, after, change] = [figure(found.before), figure(found.after), interval(found.change)];
    return before === null || after === null || change === null ? [] : [{ side, before, after, change }];
  });
}
