/**
 * A warden's side of its standby. `current`: every record and every puncture is acknowledged there before anybody is answered. `gone`: nothing is
 * answered, unless the operator has set that the warden goes on alone; then the standby catches up when it is back. `refused`: the standby knows
 * more than this warden, or something else: this state was copied or set back, and answers nobody any more. What was learned of that outlives the
 * process: the next one goes on from a joining that ended well, and from nothing else.
 */
import { AccessError, DependencyError, IntegrityError, StrongroomError } from '@strongroom/core';
import type { Logger } from '../logger.ts';
import type { SlotRange } from '../state/vault-tree.ts';
import type { StandbyClient } from './connect-standby.ts';
import type { KeptRefusal } from './kept-refusal.ts';
import type { PunctureAnswer } from './messages.ts';

/** How the standby is. */
export type StandbyState = 'none' | 'joining' | 'current' | 'gone' | 'refused';

type Waiting = {
  readonly bytes: Uint8Array;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

const recordsMax = 512;
const recordsBytesMax = 16_777_216;

export class StandbyLink {
  readonly client: StandbyClient;
  readonly #continuesAlone: boolean;
  readonly #logger: Logger;
  readonly #refusal: KeptRefusal;
  #state: StandbyState = 'joining';
  #session: Uint8Array = new Uint8Array(0);
  #nextCount = 0;
  #waiting: Waiting[] = [];
  #isDraining = false;
  /** Another warden was listened to: from here only a joining that ends well leads on. */
  #isTaken: boolean;
  #isFenced = false;

  constructor(options: {
    readonly client: StandbyClient;
    readonly continuesAlone: boolean;
    readonly logger: Logger;
    readonly refusal: KeptRefusal;
  }) {
    this.client = options.client;
    this.#continuesAlone = options.continuesAlone;
    this.#logger = options.logger;
    this.#refusal = options.refusal;
    this.#isTaken = options.refusal.isKept;
  }

  /** The standby is the warden now. */
  get isFenced(): boolean {
    return this.#isFenced;
  }

  get state(): StandbyState {
    return this.#state;
  }

  /** A joining has to end well before anybody is answered, and the next process knows it too. */
  get isRefusalKept(): boolean {
    return this.#refusal.isKept;
  }

  /** Whether the warden may answer, sign and destroy. */
  get mayAct(): boolean {
    return this.#state === 'current' || (this.#state === 'gone' && this.#continuesAlone);
  }

  /** @throws AccessError WARDEN_FENCED; DependencyError WARDEN_STANDBY_GONE; IntegrityError WARDEN_ROLLED_BACK */
  assertMayAct(): void {
    if (this.#isFenced) throw new AccessError('WARDEN_FENCED');
    if (this.#state === 'refused') throw new IntegrityError('WARDEN_ROLLED_BACK');
    if (!this.mayAct) throw new DependencyError('WARDEN_STANDBY_GONE');
  }

  /** The home was opened again: where the standby is has to be asked. */
  begin(): void {
    if (this.#state !== 'refused') this.#state = 'joining';
  }

  /** The standby has everything up to here. */
  becomeCurrent(session: Uint8Array, count: number): void {
    if (this.#state === 'refused') return;
    this.#refusal.forget();
    this.#isTaken = false;
    this.#session = session;
    this.#nextCount = count;
    if (this.#state !== 'current') this.#logger.log('standby.current', { count });
    this.#state = 'current';
  }

  /** What a failure of joining, or of a call to the standby, means. Whoever was refused stays so; whoever was taken over is not merely alone. */
  lose(cause: unknown): void {
    if (this.#state === 'refused') return;
    const code = cause instanceof StrongroomError ? cause.code : 'WARDEN_FAILED';
    // The standby has taken our place.
    this.#isFenced ||= code === 'WARDEN_FENCED';
    const isRefused = this.#isFenced || code === 'WARDEN_ROLLED_BACK';
    const before = this.#state;
    // Another warden is listened to: whether that one or we are the older is told by joining, and until then nobody goes on alone.
    const isTakenNow = code === 'ACCESS_DENIED';
    if (isRefused || isTakenNow) this.#keep(code);
    this.#isTaken ||= isTakenNow;
    this.#state = isRefused ? 'refused' : this.#isTaken ? 'joining' : 'gone';
    if (before !== this.#state) this.#logger.log(isRefused ? 'standby.refused' : 'standby.gone', { code });
  }

  /** Never throws: where the disk refuses it, this process knows it all the same. */
  #keep(code: string): void {
    try {
      this.#refusal.keep(code);
    } catch (cause) {
      this.#logger.log('standby.refusal-not-kept', {
        code: cause instanceof StrongroomError ? cause.code : 'WARDEN_FAILED',
      });
    }
  }

  /** Sends a record that is durable here. Resolves when it is durable there. Alone, or before the first joining, nothing is waited for. */
  async record(bytes: Uint8Array): Promise<void> {
    if (this.#state !== 'current') return;
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ bytes, resolve, reject });
      if (!this.#isDraining) void this.#drain();
    });
  }

  /** A new tree, or a puncture, that is durable here. Undefined: the standby is gone and the warden goes on alone. */
  async puncture(
    ledger: string,
    ranges: readonly SlotRange[],
    name: string,
    after: Uint8Array,
  ): Promise<PunctureAnswer | undefined> {
    return await this.#tell(async () => {
      const answer = await this.client.puncture({ session: this.#session, ledger, name, ranges });
      if (!Buffer.from(answer.commitment).equals(after)) throw new IntegrityError('WARDEN_ROLLED_BACK');
      return answer;
    });
  }

  async addLedger(
    ledger: string,
    firm: string,
    pages: readonly (readonly [number: number, bytes: Uint8Array])[],
  ): Promise<void> {
    await this.#tell(async () => {
      await this.client.sendLedger(this.#session, { ledger, firm, pages });
      return true;
    });
  }

  async #tell<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.#state !== 'current') {
      this.assertMayAct();
      return undefined;
    }
    try {
      return await work();
    } catch (cause) {
      this.lose(cause);
      if (this.mayAct) return undefined;
      throw unfinished(cause);
    }
  }

  /** Never throws: whoever waits is told. */
  async #drain(): Promise<void> {
    this.#isDraining = true;
    while (this.#waiting.length > 0) {
      const batch = this.#take();
      const cause = await this.#send(batch);
      for (const { resolve, reject } of batch) {
        if (cause === undefined || this.mayAct) resolve();
        else reject(unfinished(cause));
      }
    }
    this.#isDraining = false;
  }

  /** Answers why the standby has not got it. */
  async #send(batch: readonly Waiting[]): Promise<unknown> {
    // What waited while the standby went is in our journal; it gets it when it is back. Nothing was asked of it, so nothing is learned of it.
    if (this.#state !== 'current') return new DependencyError('WARDEN_STANDBY_GONE');
    try {
      const { count } = await this.client.sendRecords({
        session: this.#session,
        from: this.#nextCount,
        records: batch.map(({ bytes }) => bytes),
      });
      this.#nextCount = count;
      return undefined;
    } catch (cause) {
      this.lose(cause);
      return cause;
    }
  }

  #take(): Waiting[] {
    let size = 0;
    let count = 0;
    for (const { bytes } of this.#waiting) {
      size += bytes.length;
      if (count > 0 && (count >= recordsMax || size > recordsBytesMax)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }
}

/** What was begun is durable here and not there: nobody is answered, and the home is opened again. */
function unfinished(cause: unknown): DependencyError {
  return new DependencyError('WARDEN_STORAGE_FAILED', { step: 'standby' }, { cause });
}
