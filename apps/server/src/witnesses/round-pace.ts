/**
 * How many rounds of asking witnesses go out, of all ledgers together: a witness lets in 600 requests a minute of one address
 * (docs/spec/witness.md section 2), and whoever is over that waits longer than whoever goes with the next round. A bucket that fills by itself.
 */
import type { Clock } from '../clock.ts';

/** Rounds that may go at once after a rest. */
export const roundsAtOnceMax = 100;
/** Rounds a second from then on. With the burst 580 in any minute. */
export const roundsPerSecondMax = 8;

/** Counts rounds. */
export class RoundPace {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  #left = roundsAtOnceMax;
  #atMs: number;

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
    this.#atMs = clock.monotonicMs();
  }

  /** Milliseconds until the next round of somebody who waits; 0: now. */
  get waitMs(): number {
    this.#refill();
    return this.#left >= 1 ? 0 : Math.ceil(((1 - this.#left) * 1000) / roundsPerSecondMax);
  }

  /** A round goes. One that goes by the clock goes in any case, and is counted. */
  take(): void {
    this.#refill();
    this.#left = Math.max(0, this.#left - 1);
  }

  #refill(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#left = Math.min(roundsAtOnceMax, this.#left + ((nowMs - this.#atMs) * roundsPerSecondMax) / 1000);
    this.#atMs = nowMs;
  }
}
