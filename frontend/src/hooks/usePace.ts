/** Watches a number that grows and tells how many seconds are left until `total`. */
import { useEffect, useState } from "react";
import { afterSample, type Pace, secondsLeft } from "./pace";

export function useSecondsLeft(done: number, total: number, running: boolean): number | null {
  const [pace, setPace] = useState<Pace>([]);
  useEffect(() => {
    setPace((before) => (running ? afterSample(before, performance.now(), done) : []));
  }, [done, running]);
  return running ? secondsLeft(pace, total) : null;
}
