/**
 * A version's measurements, which the wire leaves open because measures are added over time.
 * What is missing or not a number counts as not measured.
 */
import type { Version } from "../api/types";

export interface Interval {
  value: number;
  low: number;
  high: number;
}

export interface Level {
  level: string;
  bits_per_byte: Interval | null;
  facts: number | null;
  citation_precision: number | null;
  citation_recall: number | null;
}

export interface LossPoint {
  seconds: number;
  train: number | null;
  heldout: number | null;
}

type Open = Record<string, unknown>;

const open = (value: unknown): Open => (typeof value === "object" && value !== null ? (value as Open) : {});
const number = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);
/** A plain number or the middle of an interval. */
const middle = (value: unknown): number | null => number(value) ?? number(open(value).value);

/** An interval, or null for anything else. */
export function interval(value: unknown): Interval | null {
  const middle = number(open(value).value);
  if (middle === null) return null;
  return { value: middle, low: number(open(value).low) ?? middle, high: number(open(value).high) ?? middle };
}

/** The levels of the ladder that were measured, as they were given. */
export function levelsOf(version: Pick<Version, "levels">): Level[] {
  return version.levels.map((level) => {
    const facts = open(level.facts);
    return {
      level: String(level.level),
      bits_per_byte: interval(level.bits_per_byte),
      facts: middle(facts.fuzzy) ?? middle(facts.exact),
      citation_precision: middle(facts.citation_precision),
      citation_recall: middle(facts.citation_recall),
    };
  });
}

/** The learning curve in order of time. */
export function lossOf(version: Pick<Version, "loss">): LossPoint[] {
  return version.loss
    .flatMap((point) => {
      const seconds = number(point.seconds);
      return seconds === null ? [] : [{ seconds, train: number(point.train) ?? number(point.loss), heldout: number(point.heldout) }];
    })
    .sort((one, other) => one.seconds - other.seconds);
}
