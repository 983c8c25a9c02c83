/** What is known of the warden: whether it answers, from the server's public word, and whether it is apart from the server, from the doctor, once an unlock. */
import { StrongroomError } from '@strongroom/core';
import type { Device } from '@strongroom/device';
import type { ConnectionState } from '../../keys/contract.ts';
import type { Fetch } from './fetch-transport.ts';

const healthMs = 60_000;

type WardenView = Pick<ConnectionState, 'isWardenSeparate' | 'wardenState'>;

export class WardenWatch {
  readonly #device: Device;
  readonly #fetch: Fetch;
  readonly #nowMs: () => number;
  #view: WardenView = {};
  #askedMs = Number.NEGATIVE_INFINITY;
  #hasDoctor = false;

  constructor(device: Device, fetch: Fetch, nowMs: () => number) {
    this.#device = device;
    this.#fetch = fetch;
    this.#nowMs = nowMs;
  }

  /** What is known now; asks again once a minute, or sooner. */
  async look(ageMsMax: number = healthMs): Promise<WardenView> {
    if (this.#nowMs() - this.#askedMs < ageMsMax) return this.#view;
    this.#askedMs = this.#nowMs();
    const wardenState = await this.#askHealth();
    const isWardenSeparate = this.#view.isWardenSeparate ?? (await this.#askDoctor());
    this.#view = {
      ...(wardenState === undefined ? {} : { wardenState }),
      ...(isWardenSeparate === undefined ? {} : { isWardenSeparate }),
    };
    return this.#view;
  }

  async #askHealth(): Promise<ConnectionState['wardenState']> {
    try {
      const response = await this.#fetch('/v1/health', {
        redirect: 'error',
        credentials: 'omit',
        cache: 'no-store',
      });
      if (!response.ok) return undefined;
      const { isReady, isWardenReachable } = (await response.json()) as Readonly<Record<string, unknown>>;
      if (isWardenReachable === false) return 'gone';
      return isReady === true ? 'ready' : 'waiting';
    } catch {
      return undefined; // the connection tells that itself
    }
  }

  async #askDoctor(): Promise<boolean | undefined> {
    if (this.#hasDoctor) return undefined;
    this.#hasDoctor = true;
    try {
      const findings = await this.#device.doctor();
      const isAnswered = findings.some(({ source }) => source !== 'device');
      return isAnswered ? !findings.some(({ code }) => code === 'WARDEN_SAME_USER') : undefined;
    } catch (cause) {
      if (cause instanceof StrongroomError) return undefined; // not for everybody's eyes
      throw cause;
    }
  }
}
