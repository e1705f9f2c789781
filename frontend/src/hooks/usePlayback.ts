/** One playing recording: where it is, whether it plays, and jumping to a second. */
import { useCallback, useEffect, useRef, useState } from "react";

export interface Playback {
  /** Attach to the media element. */
  ref: (element: HTMLMediaElement | null) => void;
  second: number;
  duration_s: number;
  playing: boolean;
  /** The recording has a picture. */
  hasPicture: boolean;
  failed: boolean;
  toggle(): void;
  seek(second: number): void;
}

/** Playback that starts standing at `start_s`. */
export function usePlayback(start_s: number): Playback {
  const [element, setElement] = useState<HTMLMediaElement | null>(null);
  const [second, setSecond] = useState(start_s);
  const [duration_s, setDuration] = useState(0);
  const [playing, setPlaying] = useState(false);
  const [hasPicture, setHasPicture] = useState(false);
  const [failed, setFailed] = useState(false);
  const wanted = useRef(start_s);

  const seek = useCallback(
    (to: number) => {
      wanted.current = to;
      setSecond(to);
      if (element && element.readyState >= HTMLMediaElement.HAVE_METADATA) element.currentTime = to;
    },
    [element],
  );

  useEffect(() => seek(start_s), [start_s, seek]);

  useEffect(() => {
    if (!element) return;
    const ready = () => {
      setFailed(false);
      setDuration(Number.isFinite(element.duration) ? element.duration : 0);
      setHasPicture(element instanceof HTMLVideoElement && element.videoWidth > 0);
    };
    const begin = () => {
      ready();
      if (Math.abs(element.currentTime - wanted.current) > 0.05) element.currentTime = wanted.current;
    };
    const moved = () => {
      // Until the first seek has landed the element still reports its own beginning.
      if (!element.seeking) setSecond(element.currentTime);
    };
    const listeners: [string, () => void][] = [
      ["loadedmetadata", begin],
      ["durationchange", ready],
      ["timeupdate", moved],
      ["play", () => setPlaying(true)],
      ["pause", () => setPlaying(false)],
      ["ended", () => setPlaying(false)],
      ["error", () => setFailed(true)],
    ];
    for (const [name, listener] of listeners) element.addEventListener(name, listener);
    if (element.readyState >= HTMLMediaElement.HAVE_METADATA) begin();
    return () => {
      for (const [name, listener] of listeners) element.removeEventListener(name, listener);
    };
  }, [element]);

  const toggle = useCallback(() => {
    if (!element) return;
    if (element.paused) void element.play().catch(() => setFailed(element.error !== null));
    else element.pause();
  }, [element]);

  return { ref: setElement, second, duration_s, playing, hasPicture, failed, toggle, seek };
}
