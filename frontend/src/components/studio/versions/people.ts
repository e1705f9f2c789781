/**
 * Measure 8 as it comes with a version, which the wire leaves open.
 * What is missing or not a number counts as nothing.
 */
import { type Interval, interval } from "./measures";

export interface Votes {
  rival: string;
  wins: number;
  losses: number;
  ties: number;
  share: Interval | null;
}

type Open = Record<string, unknown>;

const open = (value: unknown): Open => (typeof value === "object" && value !== null ? (value as Open) : {});
const count = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) ? value : 0);

/** The votes against each rival. */
export function peopleOf(people: unknown): Votes[] {
  const against = open(people).against;
  if (!Array.isArray(against)) return [];
  return against.map(open).map((one) => ({
    rival: String(one.rival),
    wins: count(one.wins),
    losses: count(one.losses),
    ties: count(one.ties),
    share: interval(one.share),
  }));
}
