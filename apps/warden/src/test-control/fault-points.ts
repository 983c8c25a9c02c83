/**
 * Named places where a test makes the process die, fail or wait. Disarmed, a point costs one comparison; only the test
 * control socket arms one.
 */
import { DependencyError, InputError } from '@strongroom/core';

export type FaultAction = 'kill' | 'fail' | 'delay';

type FaultArming<P extends string> = {
  readonly point: P;
  readonly action: FaultAction;
  /** For `delay`. */
  readonly ms?: number;
  /** How often the point passes before the fault strikes. */
  readonly after?: number;
};

/** The points of one process. A fault strikes once, then the point is disarmed. */
export interface FaultPoints<P extends string> {
  /** Passes a point. @throws DependencyError FAULT_INJECTED when a `fail` is armed */
  hit(point: P): Promise<void>;
  /** @throws InputError INPUT_INVALID for an unknown point */
  arm(arming: {
    readonly point: string;
    readonly action: FaultAction;
    readonly ms?: number;
    readonly after?: number;
  }): void;
  disarm(): void;
  /** How often each point was passed, kept only while test control is on. */
  counts(): Readonly<Record<string, number>>;
}

export type FaultPlatform = { readonly kill: () => void; readonly sleep: (ms: number) => Promise<void> };

/** Points that a test may arm. */
export function createFaultPoints<P extends string>(
  names: readonly P[],
  platform: FaultPlatform,
): FaultPoints<P> {
  let armed: (FaultArming<P> & { left: number }) | undefined;
  const passed = new Map<P, number>(names.map((name) => [name, 0]));
  return {
    async hit(point) {
      passed.set(point, (passed.get(point) ?? 0) + 1);
      if (armed?.point !== point) return;
      if (armed.left-- > 0) return;
      const { action, ms } = armed;
      armed = undefined;
      if (action === 'fail') throw new DependencyError('FAULT_INJECTED', { point });
      if (action === 'delay') await platform.sleep(ms ?? 0);
      else platform.kill();
    },
    arm(arming) {
      const point = names.find((name) => name === arming.point);
      if (point === undefined) throw new InputError('INPUT_INVALID', { name: 'point' });
      armed = { ...arming, point, left: arming.after ?? 0 };
    },
    disarm() {
      armed = undefined;
    },
    counts: () => Object.fromEntries(passed),
  };
}

/** Points of a process without test control: nothing can be armed, nothing is counted. */
export function createIdleFaultPoints<P extends string>(): FaultPoints<P> {
  return {
    hit: async () => undefined,
    arm() {
      throw new InputError('INPUT_INVALID', { name: 'test-control' });
    },
    disarm: () => undefined,
    counts: () => ({}),
  };
}
