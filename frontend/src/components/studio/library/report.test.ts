import { beforeAll, describe, expect, it } from "vitest";
import { loadWords, translate, type Translate } from "../../../i18n/translate";
import { monthColumns } from "./monthColumns";
import { noteText } from "./reportNotes";

const say =
  (language: "en" | "zh"): Translate =>
  (key, parameters) =>
    translate(language, key, parameters);
const more = {
  code: "more_words",
  values: { amount: 8000, unit: "characters", language: "zh", subject: "text", from: "D", to: "C" },
  sentence: "in English",
};

beforeAll(() => loadWords("zh"));

describe("notes of the report", () => {
  it("say amount, language and the grade they lift in both languages", () => {
    expect(noteText(more, "en", say("en"))).toBe("Add 8,000 characters of your own in Chinese (Text: from D to C)");
    expect(noteText(more, "zh", say("zh"))).toBe("再补 8,000 字你自己的中文内容（文字从 D 升到 C）");
  });

  it("count one and many", () => {
    const note = (items: number) => ({ code: "flagged", values: { items }, sentence: "" });
    expect(noteText(note(1), "en", say("en"))).toContain("1 item.");
    expect(noteText(note(2), "en", say("en"))).toContain("2 items.");
  });

  it("fall back on the server's English for a code from a newer server", () => {
    expect(noteText({ code: "news", values: {}, sentence: "Something new." }, "zh", say("zh"))).toBe("Something new.");
  });
});

describe("columns of the time line", () => {
  const month = { items: 1, words: 10, hours: 0.5 };

  it("fill the months between the first and the last", () => {
    const columns = monthColumns({ "2024-11": month, "2025-02": month });
    expect(columns.map((column) => [column.from, column.words])).toEqual([
      ["2024-11", 10],
      ["2024-12", 0],
      ["2025-01", 0],
      ["2025-02", 10],
    ]);
  });

  it("put a long history into at most sixty, losing nothing", () => {
    const columns = monthColumns({ "2001-01": month, "2015-06": month, "2025-12": month });
    expect(columns.length).toBeLessThanOrEqual(60);
    expect(columns.reduce((sum, column) => sum + column.words, 0)).toBe(30);
    expect([columns[0]?.from, columns.at(-1)?.to]).toEqual(["2001-01", "2025-12"]);
  });

  it("are none for a library without dates", () => {
    expect(monthColumns({})).toEqual([]);
  });
});
