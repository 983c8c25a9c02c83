/** Says something at most every so often: at once, and once more when the time is over if it was said again meanwhile. */
import type { StartTimer } from '../context-clock.ts';

/** A word that may be said often. */
export function coalesce(startTimer: StartTimer, everyMs: number, say: () => void): () => void {
  let isQuiet = false;
  let isWanted = false;
  function speak(): void {
    if (isQuiet) {
      isWanted = true;
      return;
    }
    say();
    isQuiet = true;
    isWanted = false;
    startTimer(everyMs, () => {
      isQuiet = false;
      if (isWanted) speak();
    });
  }
  return speak;
}
