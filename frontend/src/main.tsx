import "./styles/mantine.css";
import "./styles/tokens.css";
import "./styles/global.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { firstLanguage } from "./hooks/useLanguage";
import { loadWords } from "./i18n/translate";
import { reloadWhenStale } from "./stale";

reloadWhenStale();

const root = document.getElementById("root");
if (root) {
  void loadWords(firstLanguage()).then(() =>
    createRoot(root).render(
      <StrictMode>
        <App />
      </StrictMode>,
    ),
  );
}
