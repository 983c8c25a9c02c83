/**
 * How much each device was given in the current hour, and which requests were seen. Both come back from the journal after a
 * start, so that restarting the warden gives nobody more.
 */
import { encodeHex } from '@strongroom/core';
import type { CborValue } from '@strongroom/core';
import { wardenLimits } from '../limits.ts';

/** What one request asks for, as the journal holds it. */
export type RequestUse = {
  readonly device: string;
  readonly nonce: Uint8Array;
  readonly cards: number;
  readonly bodies: number;
  /** The request's own time. */
  readonly tMs: number;
};

const hourMs = 3_600_000;

export class ReleaseCounters {
  #hour = 0;
  #used = new Map<string, { cards: number; bodies: number }>();
  /** Device and nonce to the request's time and the index of its line. */
  readonly #seen = new Map<string, readonly [tMs: number, index: number]>();

  /** Whether this request stays under the ceiling of its device in the hour of `nowMs`. */
  isWithinCeiling(use: RequestUse, nowMs: number): boolean {
    const used = this.#hourOf(nowMs).get(use.device) ?? { cards: 0, bodies: 0 };
    return (
      used.cards + use.cards <= wardenLimits.cardsPerHourMax &&
      used.bodies + use.bodies <= wardenLimits.bodiesPerHourMax
    );
  }

  /** The index of the line of a request that was seen. */
  findIndex(device: string, nonce: Uint8Array): number | undefined {
    return this.#seen.get(seenKey(device, nonce))?.[1];
  }

  apply(use: RequestUse, { atMs, index }: { readonly atMs: number; readonly index: number }): void {
    const hour = this.#hourOf(atMs);
    const used = hour.get(use.device) ?? { cards: 0, bodies: 0 };
    hour.set(use.device, { cards: used.cards + use.cards, bodies: used.bodies + use.bodies });
    this.#seen.set(seenKey(use.device, use.nonce), [use.tMs, index]);
  }

  /** Forgets requests that are refused by their age anyway, with an hour to spare for a clock that moved. */
  prune(nowMs: number): void {
    // In the order in which they came: behind the first that is young enough there is nothing worth a walk over all of them.
    for (const [key, [tMs]] of this.#seen) {
      if (nowMs - tMs <= wardenLimits.requestAgeMsMax + hourMs) return;
      this.#seen.delete(key);
    }
  }

  encode(): CborValue {
    return [
      this.#hour,
      [...this.#used].map(([device, { cards, bodies }]) => [device, cards, bodies]),
      [...this.#seen],
    ];
  }

  static decode(value: CborValue): ReleaseCounters {
    const [hour, used, seen] = value as [
      number,
      [string, number, number][],
      [string, readonly [number, number]][],
    ];
    const counters = new ReleaseCounters();
    counters.#hour = hour;
    for (const [device, cards, bodies] of used) counters.#used.set(device, { cards, bodies });
    for (const [key, place] of seen) counters.#seen.set(key, place);
    return counters;
  }

  #hourOf(nowMs: number): Map<string, { cards: number; bodies: number }> {
    const hour = Math.floor(nowMs / hourMs);
    // A clock that was set back does not give a fresh hour.
    if (hour > this.#hour) {
      this.#hour = hour;
      this.#used = new Map();
    }
    return this.#used;
  }
}

function seenKey(device: string, nonce: Uint8Array): string {
  return `${device} ${encodeHex(nonce)}`;
}
