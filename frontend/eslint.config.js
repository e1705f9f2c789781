import js from "@eslint/js";
import a11y from "eslint-plugin-jsx-a11y";
import hooks from "eslint-plugin-react-hooks";
import ts from "typescript-eslint";

export default ts.config(
  { ignores: ["node_modules", "src/api/schema.gen.ts", "public"] },
  js.configs.recommended,
  ts.configs.recommendedTypeChecked,
  a11y.flatConfigs.recommended,
  {
    plugins: { "react-hooks": hooks },
    rules: {
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "error",
      // Interfaces here name their methods in the short form; none of them uses `this`.
      "@typescript-eslint/unbound-method": "off",
      // An event handler may be a function whose promise nobody waits for.
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: false }],
    },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
  },
  {
    files: ["src/**/*.test.{ts,tsx}"],
    rules: { "@typescript-eslint/require-await": "off", "@typescript-eslint/no-unsafe-return": "off" },
  },
  { files: ["*.js"], extends: [ts.configs.disableTypeChecked] },
);
