/** The only place where the warden asks the platform for time. */

/** Time, handed in. */
export interface Clock {
  /** Wall clock, Unix milliseconds. Anybody with the right on the machine may move it. */
  nowMs(): number;
  /** Milliseconds since some start; never goes back, not moved with the wall clock. */
  monotonicMs(): number;
}

/** A clock that tests move. */
export interface ControllableClock extends Clock {
  /** Time passes: both move. */
  advance(ms: number): void;
  /** Somebody sets the wall clock: only it moves. */
  step(ms: number): void;
}

/** The platform's clock. */
export function createSystemClock(): Clock {
  return { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
}

/** A clock over another one, shifted by what a test has asked for. */
export function createControllableClock(under: Clock = createSystemClock()): ControllableClock {
  let wallShiftMs = 0;
  let monotonicShiftMs = 0;
  return {
    nowMs: () => Math.floor(under.nowMs() + wallShiftMs),
    monotonicMs: () => under.monotonicMs() + monotonicShiftMs,
    advance(ms) {
      wallShiftMs += ms;
      monotonicShiftMs += ms;
    },
    step(ms) {
      wallShiftMs += ms;
    },
  };
}
