/** Time as the worker sees it: the one file here that asks the platform for it. */
import type { Clock } from '@strongroom/device';

/** Runs an action after a time; gives back what cancels it. */
export type StartTimer = (ms: number, action: () => void) => () => void;

/** A clock with timers. */
export interface WorkerClock extends Clock {
  readonly startTimer: StartTimer;
}

/** Longest wait that a timer keeps without turning round. */
const timerMsMax = 2_000_000_000;

/** The clock of this worker. */
export function createWorkerClock(): WorkerClock {
  return {
    nowMs: () => Date.now(),
    sleep: async (ms) =>
      await new Promise((resolve) => {
        setTimeout(resolve, Math.min(ms, timerMsMax));
      }),
    startTimer: (ms, action) => {
      const timer = setTimeout(action, Math.max(0, Math.min(ms, timerMsMax)));
      return () => clearTimeout(timer);
    },
  };
}
