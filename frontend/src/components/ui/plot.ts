/** Scales and curves for the small plots. Pure. */

/** A function from `[from, to]` onto `[start, end]`; a single value lands in the middle. */
export function scale(from: number, to: number, start: number, end: number): (value: number) => number {
  const span = to - from;
  return (value) => (span === 0 ? (start + end) / 2 : start + ((value - from) / span) * (end - start));
}

/** Round numbers within `[from, to]`, about `many` of them. */
export function ticks(from: number, to: number, many: number): number[] {
  const span = to - from;
  if (!(span > 0)) return [from];
  const rough = span / many;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, place) => Number(((first + place) * step).toPrecision(12)));
}

/** An exponential mean of `values` that forgets half of what it knew every `half` values. */
export function smoothed(values: readonly number[], half: number): number[] {
  const kept = 0.5 ** (1 / half);
  let sum = 0;
  let weight = 0;
  return values.map((value) => {
    sum = kept * sum + (1 - kept) * value;
    weight = kept * weight + 1 - kept;
    return sum / weight;
  });
}
