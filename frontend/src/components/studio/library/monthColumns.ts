/** Months of a library laid out as columns of a time line. Pure. */
import type { Report } from "../../../api/types";

const columns_max = 60;

export interface Column {
  /** `2024-03`, the first month in it. */
  from: string;
  to: string;
  items: number;
  words: number;
  hours: number;
}

const numberOf = (name: string) => Number(name.slice(0, 4)) * 12 + Number(name.slice(5)) - 1;
const nameOf = (number: number) =>
  `${String(Math.floor(number / 12)).padStart(4, "0")}-${String((number % 12) + 1).padStart(2, "0")}`;

/** Every month from the first to the last, empty ones too; a long history puts several into one column. */
export function monthColumns(months: Report["months"]): Column[] {
  const names = Object.keys(months).sort();
  const [first, last] = [names.at(0), names.at(-1)];
  if (first === undefined || last === undefined) return [];
  const start = numberOf(first);
  const span = numberOf(last) - start + 1;
  const wide = Math.ceil(span / columns_max);
  const columns = Array.from({ length: Math.ceil(span / wide) }, (_, place) => {
    const from = start + place * wide;
    return { from: nameOf(from), to: nameOf(Math.min(from + wide, start + span) - 1), items: 0, words: 0, hours: 0 };
  });
  for (const [name, month] of Object.entries(months)) {
    const column = columns[Math.floor((numberOf(name) - start) / wide)];
    if (column === undefined) continue;
    column.items += month.items;
    column.words += month.words;
    column.hours += month.hours;
  }
  return columns;
}
