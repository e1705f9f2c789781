/** Plays stretches of recordings, one at a time. */
import { useCallback, useEffect, useRef, useState } from "react";

export interface Span {
  id: string;
  url: string;
  start_s: number;
  end_s: number;
}

export function useSpan() {
  const audio = useRef<HTMLAudioElement | null>(null);
  const [playing, setPlaying] = useState<string | null>(null);
  const stop = useCallback(() => {
    audio.current?.pause();
    audio.current = null;
    setPlaying(null);
  }, []);
  useEffect(() => stop, [stop]);
  const toggle = (span: Span) => {
    const again = playing === span.id;
    stop();
    if (again) return;
    // The fragment makes the browser begin and end there by itself. Source: W3C Media Fragments 1.0.
    const element = new Audio(`${span.url}#t=${span.start_s},${span.end_s}`);
    element.onpause =
      element.onended =
      element.onerror =
        () => {
          if (audio.current === element) stop();
        };
    audio.current = element;
    setPlaying(span.id);
    element.play().catch(() => audio.current === element && stop());
  };
  return { playing, toggle };
}
