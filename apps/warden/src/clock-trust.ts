/**
 * Whether the warden's clock may destroy things. After a start, or when the wall clock moved over an hour against the
 * monotonic one, expiry and grace wait until signed requests of two persons (a firm of one: one) agree with the clock within
 * an hour, or an operator confirms it.
 */
import { InputError } from '@strongroom/core';
import type { Clock } from './clock.ts';
import { wardenLimits } from './limits.ts';

export class ClockTrust {
  readonly #clock: Clock;
  #isTrusted = false;
  #wallMs: number;
  #monotonicMs: number;
  /** Person to the monotonic time of the last agreement. */
  readonly #agreed = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#wallMs = clock.nowMs();
    this.#monotonicMs = clock.monotonicMs();
  }

  get isTrusted(): boolean {
    const passedMs = this.#clock.monotonicMs() - this.#monotonicMs;
    if (Math.abs(this.#clock.nowMs() - this.#wallMs - passedMs) > wardenLimits.clockDriftMsMax) {
      this.#isTrusted = false;
      this.#agreed.clear();
      this.#remember();
    }
    return this.#isTrusted;
  }

  /** A signed request of a person says this time. */
  witness(person: string, timeMs: number, personCount: number): void {
    if (this.isTrusted || Math.abs(timeMs - this.#clock.nowMs()) > wardenLimits.clockDriftMsMax) return;
    const now = this.#clock.monotonicMs();
    this.#agreed.set(person, now);
    for (const [other, atMs] of this.#agreed)
      if (now - atMs > wardenLimits.clockDriftMsMax) this.#agreed.delete(other);
    if (this.#agreed.size >= Math.min(2, personCount)) this.#trust();
  }

  /** An operator read this time elsewhere. @throws InputError INPUT_INVALID when it is over a minute off */
  confirm(timeMs: number): void {
    if (!(Math.abs(timeMs - this.#clock.nowMs()) <= wardenLimits.clockConfirmMsMax))
      throw new InputError('INPUT_INVALID', { name: 'timeMs' });
    this.#trust();
  }

  #trust(): void {
    this.#isTrusted = true;
    this.#agreed.clear();
    this.#remember();
  }

  #remember(): void {
    this.#wallMs = this.#clock.nowMs();
    this.#monotonicMs = this.#clock.monotonicMs();
  }
}
