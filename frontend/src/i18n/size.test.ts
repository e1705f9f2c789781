import { expect, it } from "vitest";
import { formatLeft, formatSize } from "./size";
import { translate } from "./translate";

it.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 KB"],
  [9_940, "9.9 KB"],
  [16_777_216, "17 MB"],
  [999_600, "1.0 MB"],
  [4.2e9, "4.2 GB"],
])("%d bytes are %s", (bytes, text) => expect(formatSize(bytes)).toBe(text));

it.each([
  [null, ""],
  [10, "less than a minute left"],
  [70, "about 1 minute left"],
  [1800, "about 30 minutes left"],
  [7500, "about 2 hours left"],
])("%s seconds are %s", (seconds, text) =>
  expect(formatLeft(seconds, (key, parameters) => translate("en", key, parameters))).toBe(text),
);
