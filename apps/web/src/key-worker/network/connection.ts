/** Whether the server is in reach, and how fresh what is shown is. Two failed exchanges, or the system's word, are offline; one answer is online. */
import type { DeviceId } from '@strongroom/core';
import type { SyncReport } from '@strongroom/device';
import type { ConnectionState } from '../../keys/contract.ts';
import type { WorkerClock } from '../context-clock.ts';
import type { TransportWatcher } from './fetch-transport.ts';

const failuresMax = 2;
/** As long as a device trusts the heads it has (docs/spec/requests.md section 3). */
const headsAgeMsMax = 600_000;

export class Connection implements Omit<TransportWatcher, 'sessionEnded' | 'cutOff'> {
  #state: ConnectionState;
  #failures = 0;
  readonly #clock: WorkerClock;
  readonly #onChange: (state: ConnectionState) => void;

  constructor(clock: WorkerClock, onChange: (state: ConnectionState) => void) {
    this.#clock = clock;
    this.#onChange = onChange;
    this.#state = { kind: 'online', sinceMs: clock.nowMs() };
  }

  get state(): ConnectionState {
    return this.#state;
  }

  reached(): void {
    this.#failures = 0;
    this.#become('online');
  }

  failed(): void {
    this.#failures += 1;
    if (this.#failures >= failuresMax) this.#become('offline');
  }

  /** The system says that there is no network, or that there is one again. */
  toldBySystem(isOnline: boolean): void {
    if (!isOnline) this.#become('offline');
    else this.#failures = 0;
  }

  /** The ledgers were verified. A server that hands out what is old (attack E2) does not make it new. */
  synced(
    { isFresh, seenAtMs }: Pick<SyncReport, 'isFresh' | 'seenAtMs'>,
    warden: Pick<ConnectionState, 'isWardenSeparate' | 'wardenState'>,
  ): void {
    const { kind, sinceMs, newDevices } = this.#state;
    const news = newDevices === undefined ? {} : { newDevices };
    const nowMs = this.#clock.nowMs();
    // Heads from a clock that is far ahead are no newer than the oldest that count.
    const syncedAtMs = isFresh
      ? nowMs
      : seenAtMs === undefined
        ? undefined
        : Math.min(seenAtMs, nowMs - headsAgeMsMax);
    this.#state = { kind, sinceMs, ...(syncedAtMs === undefined ? {} : { syncedAtMs }), ...warden, ...news };
    this.#onChange(this.#state);
  }

  /** What is known of the warden while the ledgers are not verified. */
  wardenSeen(warden: Pick<ConnectionState, 'isWardenSeparate' | 'wardenState'>): void {
    this.#state = { ...this.#state, ...warden };
    this.#onChange(this.#state);
  }

  /** The firm's statements no longer allow this code. */
  codeIsOld(): void {
    if (this.#state.isCodeOld === true) return;
    this.#state = { ...this.#state, isCodeOld: true };
    this.#onChange(this.#state);
  }

  /** Devices that are news to the person; none: there is no news. */
  tellDevices(devices: readonly DeviceId[]): void {
    const { newDevices: _before, ...rest } = this.#state;
    this.#state = devices.length === 0 ? rest : { ...rest, newDevices: devices };
    this.#onChange(this.#state);
  }

  #become(kind: ConnectionState['kind']): void {
    if (this.#state.kind === kind) return;
    this.#state = { ...this.#state, kind, sinceMs: this.#clock.nowMs() };
    this.#onChange(this.#state);
  }
}
