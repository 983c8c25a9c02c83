/**
 * Everything that an open device reaches the world through, until it is closed. When a browser locks, work is under way: its keys are
 * overwritten a moment later, and nothing that is made with overwritten keys may reach the disk or the network. So the gate closes
 * first, and whatever comes to it afterwards fails.
 */
import { AccessError } from '@strongroom/core';
import type { Clock, DeviceEnvironment, DeviceStorage, SegmentStage, Transport } from '@strongroom/device';

/** An environment that ends. */
export interface Gate {
  readonly environment: DeviceEnvironment;
  close(): void;
}

/** Puts a gate in front of an environment. */
export function openGate(environment: DeviceEnvironment): Gate {
  const closing = new AbortController();

  function assertOpen(): void {
    if (closing.signal.aborted) throw new AccessError('DEVICE_LOCKED');
  }

  /** Lets a call through both on its way in and on its way out. */
  async function pass<T>(call: () => Promise<T>): Promise<T> {
    assertOpen();
    const value = await call();
    assertOpen();
    return value;
  }

  const { storage, transport, clock, staging } = environment;
  const gatedStorage: DeviceStorage = {
    ...mapMethods(
      storage,
      (method) =>
        async (...args: unknown[]) =>
          await pass(async () => await method(...args)),
    ),
  };
  const gatedTransport: Transport = {
    send: async (request) =>
      await pass(async () => {
        const signals = [closing.signal, request.signal].filter((signal) => signal !== undefined);
        return await transport.send({ ...request, signal: AbortSignal.any(signals) });
      }),
  };
  const gatedClock: Clock = {
    nowMs: () => clock.nowMs(),
    sleep: async (ms) => await pass(async () => await clock.sleep(ms)),
  };
  const gatedStage: SegmentStage | undefined =
    staging === undefined
      ? undefined
      : mapMethods(
          staging,
          (method) =>
            async (...args: unknown[]) =>
              await pass(async () => await method(...args)),
        );
  return {
    environment: {
      ...environment,
      storage: gatedStorage,
      transport: gatedTransport,
      clock: gatedClock,
      ...(gatedStage === undefined ? {} : { staging: gatedStage }),
    },
    close: () => closing.abort(new AccessError('DEVICE_LOCKED')),
  };
}

type Method = (...args: unknown[]) => Promise<unknown>;

/** The same object with each of its own methods wrapped; what a newer device asks of its storage passes the gate too. */
function mapMethods<T extends object>(target: T, wrap: (method: Method) => Method): T {
  const methods = Object.entries(target).map(([name, method]) => [name, wrap(method as Method)]);
  return Object.fromEntries(methods) as T;
}
