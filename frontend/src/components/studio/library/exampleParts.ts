/** Which words of an answer are learned and which are only read. Pure. */

export interface AnswerPart {
  text: string;
  learned: boolean;
}

/** The answer in parts; `unlearned` counts code points, as the server does, from its beginning. */
export function answerParts(answer: string, unlearned: readonly (readonly number[])[]): AnswerPart[] {
  const letters = Array.from(answer);
  const parts: AnswerPart[] = [];
  let at = 0;
  const add = (end: number, learned: boolean) => {
    if (end > at) parts.push({ text: letters.slice(at, end).join(""), learned });
    at = Math.max(at, end);
  };
  for (const [start = 0, end = 0] of unlearned) {
    add(Math.min(start, letters.length), true);
    add(Math.min(end, letters.length), false);
  }
  add(letters.length, true);
  return parts;
}
