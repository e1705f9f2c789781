/** Keeps the end of a growing list in sight while the reader is there, and leaves a reader alone who scrolled up. */
import { type RefObject, useCallback, useEffect, useRef, useState } from "react";

const near_px = 96;

export interface StickToEnd<Element extends HTMLElement> {
  ref: RefObject<Element | null>;
  /** The reader has scrolled away from the end. */
  away: boolean;
  toEnd(): void;
}

/** `content` is anything that changes when the list grows. */
export function useStickToEnd<Element extends HTMLElement>(content: unknown): StickToEnd<Element> {
  const ref = useRef<Element>(null);
  const [away, setAway] = useState(false);
  const stuck = useRef(true);

  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const look = () => {
      stuck.current = element.scrollHeight - element.scrollTop - element.clientHeight < near_px;
      setAway(!stuck.current);
    };
    element.addEventListener("scroll", look, { passive: true });
    return () => element.removeEventListener("scroll", look);
  }, []);

  const toEnd = useCallback(() => {
    stuck.current = true;
    ref.current?.scrollTo({ top: ref.current.scrollHeight });
  }, []);

  useEffect(() => {
    if (stuck.current) toEnd();
  }, [content, toEnd]);

  return { ref, away, toEnd };
}
