/** Keeps the end of a growing list in sight while the reader is there, and leaves a reader alone who scrolled up. */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

const near_px = 96;

export interface StickToEnd<Element extends HTMLElement> {
  ref: RefObject<Element | null>;
  /** The reader has scrolled away from the end. */
  away: boolean;
  toEnd(): void;
}

/** `content` is anything that changes when the list grows, null while there is nothing to follow. */
export function useStickToEnd<Element extends HTMLElement>(content: unknown): StickToEnd<Element> {
  const ref = useRef<Element>(null);
  const [away, setAway] = useState(false);
  const stuck = useRef(true);
  const following = useRef(false);

  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    let top = element.scrollTop;
    const look = () => {
      // Growth alone also leads away from the end; only moving up is the reader's own wish.
      const near = element.scrollHeight - element.scrollTop - element.clientHeight < near_px;
      if (near) stuck.current = true;
      else if (element.scrollTop < top) stuck.current = false;
      top = element.scrollTop;
      setAway(!stuck.current);
    };
    const resized = new ResizeObserver(() => {
      if (following.current && stuck.current) element.scrollTo({ top: element.scrollHeight });
    });
    resized.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      resized.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, []);

  const toEnd = useCallback(() => {
    stuck.current = true;
    ref.current?.scrollTo({ top: ref.current.scrollHeight });
  }, []);

  useLayoutEffect(() => {
    following.current = content !== null;
    if (content !== null && stuck.current) toEnd();
  }, [content, toEnd]);

  return { ref, away, toEnd };
}
