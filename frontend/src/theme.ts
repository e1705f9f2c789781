/** Mantine in paper and ink: its colours point at the tokens, so that light and dark are decided in one file. */
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

const jade: MantineColorsTuple = [
  "#eef5f1",
  "#dce9e2",
  "#b9d4c8",
  "#8ccab4",
  "#6cb39b",
  "#4c957e",
  "#357a65",
  "#22604f",
  "#1b4f41",
  "#133b31",
];
const seal: MantineColorsTuple = [
  "#faf0ec",
  "#f3e0d8",
  "#e8c1b3",
  "#e8836a",
  "#d9664a",
  "#c94c30",
  "#b94026",
  "#a8361f",
  "#8c2c18",
  "#6d2111",
];

export const theme = createTheme({
  primaryColor: "jade",
  primaryShade: { light: 7, dark: 3 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  colors: { jade, seal },
  fontFamily: "var(--sans)",
  fontFamilyMonospace: "var(--mono)",
  headings: { fontFamily: "var(--serif)" },
  defaultRadius: 6,
  cursorType: "pointer",
  components: {
    Anchor: { defaultProps: { underline: "always" } },
    Checkbox: { defaultProps: { size: "sm" } },
    Pagination: { defaultProps: { size: "md" } },
    Switch: { defaultProps: { withThumbIndicator: false } },
    Table: { defaultProps: { verticalSpacing: "0.5rem", horizontalSpacing: "0.75rem", borderColor: "var(--rule)" } },
  },
});

const shared = {
  "--mantine-color-gray-light-color": "var(--ink-2)",
  "--mantine-color-anchor": "var(--jade)",
  "--mantine-color-bright": "var(--ink)",
  "--mantine-color-body": "var(--paper)",
  "--mantine-color-text": "var(--ink)",
  "--mantine-color-dimmed": "var(--ink-3)",
  "--mantine-color-placeholder": "var(--ink-3)",
  "--mantine-color-default": "var(--sheet)",
  "--mantine-color-default-hover": "var(--paper)",
  "--mantine-color-default-color": "var(--ink)",
  "--mantine-color-default-border": "var(--rule-strong)",
  "--mantine-color-disabled": "var(--rule)",
  "--mantine-color-disabled-color": "var(--ink-3)",
  "--mantine-color-disabled-border": "var(--rule)",
  "--mantine-color-error": "var(--seal)",
};

/** Mantine's greys, by which it draws borders and what the pointer is over, are the paper's own. */
const light = {
  "--mantine-color-gray-0": "var(--paper)",
  "--mantine-color-gray-1": "var(--paper)",
  "--mantine-color-gray-2": "var(--rule)",
  "--mantine-color-gray-3": "var(--rule)",
  "--mantine-color-gray-4": "var(--rule-strong)",
};
const dark = {
  "--mantine-color-dark-4": "var(--rule)",
  "--mantine-color-dark-5": "var(--rule)",
  "--mantine-color-dark-6": "var(--sheet)",
};

export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: { ...shared, ...light },
  dark: { ...shared, ...dark },
});
