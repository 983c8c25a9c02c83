/** The warden opens so much in an hour for one device. Who needs more waits for the next. */
import { StrongroomError } from '@strongroom/core';
import type { Clock } from '@strongroom/device';

const hourMs = 3_600_000;
/** Two clocks are rarely the same. */
const slackMs = 5_000;
const stepMs = 1_000;

/** Does the work; where the ceiling of the hour is reached, again in the next. */
export async function waitForHour<T>(
  options: {
    readonly clock: Clock;
    readonly signal: AbortSignal;
    readonly onWait?: (untilMs: number) => void;
  },
  work: () => Promise<T>,
): Promise<T> {
  const { clock, signal, onWait } = options;
  for (;;) {
    try {
      return await work();
    } catch (cause) {
      if (!(cause instanceof StrongroomError) || cause.code !== 'RELEASE_LIMIT') throw cause;
    }
    const untilMs = (Math.floor(clock.nowMs() / hourMs) + 1) * hourMs + slackMs;
    onWait?.(untilMs);
    while (clock.nowMs() < untilMs) {
      signal.throwIfAborted();
      await clock.sleep(Math.min(stepMs, untilMs - clock.nowMs()));
    }
  }
}
