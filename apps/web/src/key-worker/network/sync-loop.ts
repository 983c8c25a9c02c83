/** Brings the open device up to date: every 20 s while a page is seen, now and then while none is, at once when something was written or a page comes to the front. */
import { StrongroomError } from '@strongroom/core';
import type { Device, SyncReport } from '@strongroom/device';
import type { WorkerClock } from '../context-clock.ts';

const seenMs = 20_000;
/** Keeps the session at the server while the browser is unlocked. */
const unseenMs = 240_000;
const failedMsFirst = 2_000;
/** While a page is seen, it soon shows that the server is back. */
const failedSeenMsMax = 12_000;
const failedMsMax = 60_000;

/** What the loop is given. */
export interface SyncLoopParts {
  readonly clock: WorkerClock;
  readonly isSeen: () => boolean;
  /** Runs alone among what writes. */
  readonly runAlone: <T>(action: () => Promise<T>) => Promise<T>;
  readonly onSynced: (report: SyncReport) => Promise<void> | void;
  readonly onFailed: (cause: StrongroomError) => void;
}

export class SyncLoop {
  readonly #device: Device;
  readonly #parts: SyncLoopParts;
  #running: Promise<SyncReport> | undefined;
  #isWanted = false;
  #failures = 0;
  #isOver = false;
  #cancel: () => void = () => undefined;

  constructor(device: Device, parts: SyncLoopParts) {
    this.#device = device;
    this.#parts = parts;
  }

  /** Syncs now; asked for while one runs, another follows. */
  soon(): void {
    if (this.#isOver) return;
    if (this.#running !== undefined) {
      this.#isWanted = true;
      return;
    }
    this.#cancel();
    void this.now().catch((cause: unknown) => {
      if (!(cause instanceof StrongroomError)) throw cause;
    });
  }

  /** @throws what the sync throws */
  async now(): Promise<SyncReport> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      this.#plan();
    });
    return await this.#running;
  }

  end(): void {
    this.#isOver = true;
    this.#cancel();
  }

  async #run(): Promise<SyncReport> {
    this.#isWanted = false;
    try {
      const report = await this.#parts.runAlone(async () => await this.#device.sync());
      this.#failures = 0;
      await this.#parts.onSynced(report);
      return report;
    } catch (cause) {
      this.#failures += 1;
      if (cause instanceof StrongroomError) this.#parts.onFailed(cause);
      throw cause;
    }
  }

  #plan(): void {
    this.#cancel();
    if (this.#isOver) return;
    const usualMs = this.#parts.isSeen() ? seenMs : unseenMs;
    const failedMax = this.#parts.isSeen() ? failedSeenMsMax : failedMsMax;
    const failedMs = Math.min(failedMax, failedMsFirst * 2 ** Math.min(10, this.#failures - 1));
    const waitMs = this.#failures > 0 ? failedMs : this.#isWanted ? 0 : usualMs;
    this.#cancel = this.#parts.clock.startTimer(waitMs, () => this.soon());
  }
}
