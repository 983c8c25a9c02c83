/** Chance that comes out the same for a seed: what the demo firm contains, never a key. */
export interface SeededRandom {
  /** From 0 to below `end`. */
  below(end: number): number;
  /** One of these. */
  pick<T>(from: readonly T[]): T;
  /** All of these in another order. */
  shuffle<T>(from: readonly T[]): T[];
}

/** Mulberry32: small, even enough for names and dates. */
export function createSeededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (end: number): number => Math.floor(next() * end);
  return {
    below,
    pick(from) {
      const picked = from[below(from.length)];
      if (picked === undefined) throw new RangeError('nothing to pick from');
      return picked;
    },
    shuffle(from) {
      const rest = [...from];
      return from.map(() => rest.splice(below(rest.length), 1)[0] as (typeof rest)[number]);
    },
  };
}
