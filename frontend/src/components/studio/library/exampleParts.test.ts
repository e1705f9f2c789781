import { describe, expect, test } from "vitest";
import { answerParts } from "./exampleParts";

describe("an answer of which not everything is learned", () => {
  test("is told apart where the server said, emoji or not", () => {
    expect(answerParts("🫖 Tea. It costs £2. Drink.", [[6, 19]])).toEqual([
      { text: "🫖 Tea.", learned: true },
      { text: " It costs £2.", learned: false },
      { text: " Drink.", learned: true },
    ]);
  });

  test.each([
    [[], [{ text: "茶。", learned: true }]],
    [[[0, 2]], [{ text: "茶。", learned: false }]],
    [[[0, 99]], [{ text: "茶。", learned: false }]],
    [[[5, 9]], [{ text: "茶。", learned: true }]],
  ])("loses no letter with %j", (unlearned, parts) => {
    expect(answerParts("茶。", unlearned)).toEqual(parts);
  });
});
