/** The language of the reader: remembered, told to the document, and the words in it. */
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import {
  type CodedSentence,
  type Language,
  loadWords,
  sentenceFor,
  type Translate,
  translate,
  wordFor,
} from "../i18n/translate";
import { useFormMessages } from "./useFormMessages";

const storage_key = "fenshen-language";

interface Words {
  language: Language;
  setLanguage(language: Language): void;
  t: Translate;
  /** The word for a value of the server's, such as `kind` `video`. */
  word(group: string, value: string): string;
  /** The sentence for a code of `group`, such as why a file was skipped. */
  sentence(group: string, coded: CodedSentence): string;
}

const WordsContext = createContext<Words | null>(null);

/** The language chosen before, or else the browser's. */
export function firstLanguage(): Language {
  let remembered: string | null = null;
  try {
    remembered = localStorage.getItem(storage_key);
  } catch {
    // storage is off: go by the browser
  }
  return /^zh/i.test(remembered ?? navigator.language) ? "zh" : "en";
}

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, showLanguage] = useState(firstLanguage);
  const setLanguage = useCallback((wanted: Language) => void loadWords(wanted).then(() => showLanguage(wanted)), []);
  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    try {
      localStorage.setItem(storage_key, language);
    } catch {
      // storage is off: the choice lasts until the page closes
    }
  }, [language]);
  const words = useMemo<Words>(
    () => ({
      language,
      setLanguage,
      t: (key, parameters) => translate(language, key, parameters),
      word: (group, value) => wordFor(language, group, value),
      sentence: (group, coded) => sentenceFor(language, group, coded),
    }),
    [language, setLanguage],
  );
  useFormMessages(words.t);
  return <WordsContext value={words}>{children}</WordsContext>;
}

export function useLanguage(): Words {
  const words = useContext(WordsContext);
  if (words === null) throw new Error("useLanguage is used outside LanguageProvider");
  return words;
}
