/**
 * Runs the operations of the socket on the warden. After a failure that leaves memory and disk in doubt the home is opened
 * again, from the disk, before the next operation; if that fails the process ends.
 */
import { AccessError, DependencyError, InputError, StrongroomError } from '@strongroom/core';
import type { CborMap } from '@strongroom/core';
import { runStandbyOp } from '../standby/dispatch-standby.ts';
import { standbyOps } from '../standby/messages.ts';
import type { StandbyOp } from '../standby/messages.ts';
import { Standby } from '../standby/standby.ts';
import { mustReopen } from '../warden.ts';
import type { Warden } from '../warden.ts';
import type { PeerUse } from '../link/credentials.ts';
import type { AnswerOf, WardenOp } from './messages.ts';
import { wardenOps } from './messages.ts';
import {
  readAppend,
  readHeads,
  readNumber,
  readPrepareLedger,
  readPromote,
  readSeal,
  readSlots,
  readSweep,
  readVault,
} from './read-request.ts';

/** What a home may be. */
export type Served = Warden | Standby;

export type DispatchOptions = {
  readonly open: () => Promise<Served>;
  readonly log: (event: string, fields: { readonly code?: string; readonly op?: string }) => void;
  /** The home cannot be opened again. */
  readonly onLost: () => void;
};

/** The warden with a way back from failures. */
export class WardenHost {
  readonly #options: DispatchOptions;
  #warden: Promise<Served>;
  /** Work on the open warden. */
  readonly #running = new Set<Promise<unknown>>();

  constructor(options: DispatchOptions, warden: Served) {
    this.#options = options;
    this.#warden = Promise.resolve(warden);
  }

  /** Answers a frame of a peer that may do this; never throws. */
  async answer(frame: CborMap, use: PeerUse | 'any' = 'any'): Promise<CborMap> {
    const id = typeof frame['id'] === 'number' ? frame['id'] : 0;
    const op = [...wardenOps, ...standbyOps].find((name) => name === frame['op']);
    try {
      if (op === undefined) throw new InputError('INPUT_INVALID', { name: 'op' });
      const isStandbys = isStandbyOp(op);
      if ((use === 'server' && isStandbys) || (use === 'warden' && !isStandbys && op !== 'hello'))
        throw new AccessError('ACCESS_DENIED', { reason: 'use' });
      const result = await this.run((warden) => runServed(warden, op, frame));
      if (op === 'promote') await this.#becomeWarden();
      return { ...(result as unknown as CborMap), id, ok: true };
    } catch (error) {
      const { code, details } =
        error instanceof StrongroomError ? error : new DependencyError('WARDEN_FAILED');
      this.#options.log('op.refused', { code, ...(op === undefined ? {} : { op }) });
      return { id, ok: false, code, details: { ...details } };
    }
  }

  /** Runs work on the open warden and opens it again if the work left it in doubt. */
  async run<T>(work: (warden: Served) => Promise<T>): Promise<T> {
    const current = this.#warden;
    const warden = await current;
    const running = work(warden);
    this.#running.add(running);
    try {
      return await running;
    } catch (error) {
      if (mustReopen(error) && this.#warden === current) {
        this.#warden = this.#reopen(warden);
        this.#warden.catch(() => this.#options.onLost());
      }
      // Whoever asked is answered when the next question can be asked.
      await this.#warden.catch(() => undefined);
      throw error;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Ends in order. */
  async close(): Promise<void> {
    await (await this.#warden).shutDown();
  }

  /** What was opened as a standby is opened again, as the warden that it is from now on. */
  async #becomeWarden(): Promise<void> {
    const served = await this.#warden;
    if (!(served instanceof Standby)) return;
    this.#warden = this.#reopen(served, 'home.promoted');
    this.#warden.catch(() => this.#options.onLost());
    await this.#warden;
  }

  async #reopen(warden: Served, event = 'home.reopening'): Promise<Served> {
    this.#options.log(event, event === 'home.promoted' ? {} : { code: 'WARDEN_STORAGE_FAILED' });
    // Closing overwrites what work that is still under way may need.
    await Promise.allSettled(this.#running);
    // The files of the failed warden may not even close; what counts is on the disk.
    await warden.close().catch(() => undefined);
    return await this.#options.open();
  }
}

function isStandbyOp(op: WardenOp | StandbyOp): op is StandbyOp {
  return standbyOps.some((name) => name === op);
}

async function runServed(served: Served, op: WardenOp | StandbyOp, frame: CborMap): Promise<object> {
  if (served instanceof Standby) return await runStandbyOp(served, op, frame);
  // Whoever takes a warden for its standby that took its place has been superseded.
  if (isStandbyOp(op))
    throw served.number > 1
      ? new AccessError('WARDEN_FENCED')
      : new InputError('INPUT_INVALID', { name: 'op' });
  return await runOp(served, op, frame);
}

async function runOp(warden: Warden, op: WardenOp, frame: CborMap): Promise<AnswerOf<WardenOp>> {
  switch (op) {
    case 'hello':
      return warden.hello(readNumber(frame, 'protocol'));
    case 'prepare-ledger':
      return await warden.prepareLedger(readPrepareLedger(frame));
    case 'append':
      return await warden.append(readAppend(frame));
    case 'slots':
      return await warden.takeSlots(readSlots(frame));
    case 'intake':
      return await warden.getIntake(readVault(frame, 'vault'));
    case 'seal':
      return await warden.seal(readSeal(frame));
    case 'heads':
      return await warden.getHeads(readHeads(frame));
    case 'tick':
      return await warden.tick();
    case 'sweep':
      return await warden.sweep(readSweep(frame));
    case 'status':
      return warden.status();
    case 'promote':
      return await warden.promote(readPromote(frame));
    case 'confirm-clock':
      warden.confirmClock(readNumber(frame, 'timeMs'));
      return {};
  }
}
