/** Choices that follow from a seed. What follows from them in time does not: the kernel schedules as it likes. */

/** A sequence of choices (mulberry32). */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Dice of their own for one round or one person: however often they are thrown, and when, these here go on the same. */
  fork(): Dice {
    return new Dice(Math.floor(this.next() * 4_294_967_296));
  }

  /** 0 or more, below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b_79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from 0 to below `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  isLucky(chance: number): boolean {
    return this.next() < chance;
  }

  /** @throws for an empty list */
  pick<T>(from: readonly T[]): T {
    const found = from[this.below(from.length)];
    if (from.length === 0) throw new Error('nothing to pick from');
    return found as T;
  }

  /** One of a list, or undefined where it is empty. */
  find<T>(from: readonly T[]): T | undefined {
    return from.length === 0 ? undefined : this.pick(from);
  }
}
