/**
 * Whether this browser is locked, and the open device while it is not. One step at a time: starting, unlocking and locking wait for each
 * other. Invariants: a locked browser holds no key; the idle clock counts by the time of day, so a machine that slept locks when it
 * wakes; what unlocking gave never leaves the worker but sealed, as a ticket. Spec: docs/spec/web.md.
 */
import {
  AccessError,
  ConflictError,
  decodeHex,
  DependencyError,
  InputError,
  parseId,
  StrongroomError,
  wipeBytes,
} from '@strongroom/core';
import { addDevice, beginEnrolment, beginFirm, findEnrolment, openDevice, unlock } from '@strongroom/device';
import type { Device, PendingStart, Unlocked } from '@strongroom/device';
import type { LockReason, SessionContract, SessionState, StartView } from '../../keys/contract.ts';
import { FactsBook } from './facts-book.ts';
import { openGate } from './gate.ts';
import type { KeeperParts, KeptFacts, OpenSession } from './keeper-parts.ts';
import type { Gate } from './gate.ts';
import { heartbeatMs } from './tickets.ts';
import { createTurns } from './turns.ts';

const minuteMs = 60_000;
const toldLateMs = 30_000;
const idleMinutes = { default: 15, min: 1, max: 60 } as const;

interface Held extends OpenSession {
  readonly gate: Gate;
  readonly unlocked: Unlocked;
  readonly ticket: Uint8Array;
}

/** Calls of a browser that waits to be adopted: its keys are not this one's. */
type AdoptionCall = 'beginAdoption' | 'checkAdoption' | 'completeAdoption' | 'discardAdoption';

const noTicket: Uint8Array = new Uint8Array(0);

export class SessionKeeper implements Omit<SessionContract, AdoptionCall> {
  readonly #parts: KeeperParts;
  readonly #book: FactsBook;
  #state: SessionState = { kind: 'starting' };
  #held: Held | undefined;
  #start: PendingStart | undefined;
  #touchedAtMs = 0;
  readonly #inTurn = createTurns();
  #cancelIdle: () => void = () => undefined;
  #cancelBeat: () => void = () => undefined;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
    this.#book = new FactsBook(parts);
  }

  /** Reads what this browser has. */
  async begin(): Promise<void> {
    await this.#inTurn(async () => {
      await this.#book.read();
      await this.#settleClosed(this.#book.facts.lockedFor ?? 'closed');
      void this.#sweepLater();
    });
  }

  /** The open device. @throws AccessError DEVICE_LOCKED */
  get open(): OpenSession {
    if (this.#held !== undefined && this.#parts.clock.nowMs() >= this.#locksAtMs())
      void this.#lockFor('idle');
    if (this.#held === undefined) throw new AccessError('DEVICE_LOCKED');
    return this.#held;
  }

  /** The ticket of the unlock in force, for a page that came later. */
  get ticket(): Uint8Array {
    return this.#held?.ticket ?? noTicket;
  }

  async state(): Promise<SessionState> {
    // What is under way decides it.
    await this.#inTurn(async () => undefined);
    if (this.#state.kind === 'blank' && this.#state.isFirmThere === undefined) {
      const isFirmThere = await this.#askFirm();
      if (isFirmThere !== undefined && this.#state.kind === 'blank')
        this.#become({ kind: 'blank', isFirmThere });
    }
    return this.#state;
  }

  async beginFirm(options: Parameters<SessionContract['beginFirm']>[0]): Promise<StartView> {
    return await this.#inTurn(
      async () => await this.#view(await beginFirm(this.#parts.environment, options)),
    );
  }

  async beginEnrolment(options: Parameters<SessionContract['beginEnrolment']>[0]): Promise<StartView> {
    return await this.#inTurn(
      async () => await this.#view(await beginEnrolment(this.#parts.environment, options)),
    );
  }

  async completeStart(answer: {
    readonly typedGroups: readonly [string, string];
  }): Promise<{ readonly root: string }> {
    return await this.#inTurn(async () => {
      const start = this.#start;
      if (start === undefined) throw new ConflictError('STATE_CHANGED');
      const unlocked = await start.complete({ typedGroups: answer.typedGroups, noteSigned: true });
      this.#start = undefined;
      const { device } = await this.#openWith(unlocked, this.#parts.clock.nowMs());
      return { root: (await device.firm.describe()).root };
    });
  }

  async discardStart(): Promise<void> {
    this.#start?.discard();
    this.#start = undefined;
  }

  async addDevice(options: Parameters<SessionContract['addDevice']>[0]): Promise<void> {
    const person = parseId('per', options.person);
    const root = decodeHex(options.root);
    await this.startAs(async () => await addDevice(this.#parts.environment, { ...options, person, root }));
  }

  /** This browser becomes a device, and is unlocked. */
  async startAs(start: () => Promise<Unlocked>): Promise<void> {
    await this.#inTurn(async () => {
      await this.#openWith(await start(), this.#parts.clock.nowMs());
    });
  }

  async unlock(options: { readonly password: string }): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#held !== undefined) return;
      try {
        const unlocked = await unlock(this.#parts.environment, options);
        await this.#openWith(unlocked, this.#parts.clock.nowMs());
      } catch (cause) {
        // A start that never reached the server: there is no such device, and it may be begun again.
        if (cause instanceof StrongroomError && cause.code === 'DEVICE_NOT_ENROLLED')
          this.#become({ kind: 'blank' });
        throw cause;
      }
    });
  }

  async lock(): Promise<void> {
    await this.#lockFor('asked');
  }

  /** Locks for a reason that is not the person's wish. */
  async lockBecause(reason: Exclude<LockReason, 'asked'>): Promise<void> {
    await this.#lockFor(reason);
  }

  async touch(): Promise<void> {
    const held = this.#held;
    if (held === undefined) return;
    const nowMs = this.#parts.clock.nowMs();
    if (nowMs >= this.#locksAtMs()) {
      await this.#lockFor('idle');
      return;
    }
    this.#touchedAtMs = nowMs;
    this.#restartIdle();
    // Told when it makes a difference to whoever counts down; not at each movement of a hand.
    const told = this.#state.kind === 'unlocked' ? this.#state.locksAtMs : 0;
    if (this.#locksAtMs() - told >= Math.min(toldLateMs, this.#idleLimitMs() / 10)) this.#tellUnlocked();
  }

  async signOut(): Promise<void> {
    await this.#inTurn(async () => {
      const held = this.#held;
      if (held === undefined) return;
      try {
        await held.device.endSession();
      } catch (cause) {
        // Out of reach: the server ends it by itself. This browser locks in any case.
        if (!(cause instanceof StrongroomError)) throw cause;
      } finally {
        await this.#close('asked');
      }
    });
  }

  async forgetDevice(): Promise<void> {
    await this.#inTurn(async () => {
      await this.discardStart();
      await this.#close('asked');
      await this.#parts.eraseAll();
      this.#book.forget();
      this.#become({ kind: 'blank' });
    });
  }

  async setIdleLimit(minutes: number): Promise<void> {
    if (!Number.isInteger(minutes) || minutes < idleMinutes.min || minutes > idleMinutes.max)
      throw new InputError('INPUT_INVALID', { name: 'minutes', min: idleMinutes.min, max: idleMinutes.max });
    await this.#book.keep({ idleLimitMs: minutes * minuteMs });
    if (this.#held === undefined) return;
    // Whoever sets it is here.
    this.#touchedAtMs = this.#parts.clock.nowMs();
    this.#restartIdle();
    this.#tellUnlocked();
  }

  async offerTicket(ticket: Uint8Array): Promise<boolean> {
    return await this.#inTurn(async () => {
      if (this.#held !== undefined) return true;
      if (this.#state.kind !== 'locked' || !(ticket instanceof Uint8Array) || ticket.length === 0)
        return false;
      const taken = await this.#parts.tickets.take(ticket);
      if (taken === undefined) return false;
      await this.#openWith(taken.unlocked, taken.touchedAtMs, taken.isCodeKept);
      return true;
    });
  }

  /** Names that were learned from the ledger: shown, and kept for the locked screen. */
  async learnNames(names: Pick<KeptFacts, 'personName' | 'firmName'>): Promise<void> {
    const { personName, firmName } = { ...this.#book.facts, ...names };
    if (personName !== this.#book.facts.personName || firmName !== this.#book.facts.firmName)
      await this.#book.keep(names);
    this.#tellUnlocked();
  }

  /** Gives the keys up to a newer worker, without locking the person out: its pages offer their tickets again. */
  async stepAside(): Promise<void> {
    await this.#inTurn(async () => {
      await this.#beat();
      this.#wipe();
      this.#state = { kind: 'starting' };
    });
  }

  async #view(start: PendingStart): Promise<StartView> {
    this.#start?.discard();
    this.#start = start;
    const { kitText, groups, fingerprint, person, firm, root, askGroups } = start;
    return { kitText, groups, fingerprint, person, firm, askGroups, ...(root === undefined ? {} : { root }) };
  }

  async #openWith(unlocked: Unlocked, touchedAtMs: number, isTakenUp = false): Promise<Held> {
    const gate = openGate(this.#parts.environment);
    let device: Device;
    try {
      device = await openDevice(gate.environment, unlocked, { isTakenUp });
    } catch (cause) {
      wipeBytes(unlocked.deviceFileKey);
      throw cause;
    }
    this.#touchedAtMs = touchedAtMs;
    const ticket = await this.#parts.tickets.issue(unlocked, this.#note());
    const { deviceFileKey } = unlocked;
    const held: Held = { device, gate, environment: gate.environment, deviceFileKey, unlocked, ticket };
    this.#held = held;
    await this.#book.keepLockReason(undefined);
    this.#restartIdle();
    this.#restartBeat();
    this.#tellUnlocked();
    this.#parts.onTicket(ticket);
    this.#parts.onOpened(held);
    return held;
  }

  #note(): { readonly touchedAtMs: number; readonly idleLimitMs: number } {
    return { touchedAtMs: this.#touchedAtMs, idleLimitMs: this.#idleLimitMs() };
  }

  async #beat(): Promise<void> {
    if (this.#held === undefined) return;
    try {
      await this.#parts.tickets.beat(this.#note());
    } catch (cause) {
      // A note that cannot be written costs a reload its ticket, and nothing else.
      if (!(cause instanceof DependencyError)) throw cause;
    }
  }

  async #lockFor(reason: LockReason): Promise<void> {
    // Nothing new begins from this moment, whatever is still under way.
    const isOpen = this.#held !== undefined;
    this.#held?.gate.close();
    await this.#inTurn(async () => {
      if (isOpen && this.#held !== undefined) await this.#close(reason);
    });
  }

  /** Wipes, makes every ticket worthless, and tells. */
  async #close(reason: LockReason): Promise<void> {
    this.#wipe();
    await this.#parts.tickets.revoke();
    this.#parts.onTicket(noTicket);
    await this.#book.keepLockReason(reason);
    await this.#settleClosed(reason);
  }

  #wipe(): void {
    const held = this.#held;
    this.#held = undefined;
    this.#cancelIdle();
    this.#cancelBeat();
    if (held === undefined) return;
    held.gate.close();
    this.#parts.onClosing();
    void held.device.close();
    wipeBytes(held.deviceFileKey);
  }

  async #settleClosed(reason: LockReason): Promise<void> {
    const found = await findEnrolment(this.#parts.environment.storage);
    if (found === undefined) {
      this.#become({ kind: 'blank' });
      return;
    }
    // The first run was prepared and never reached the server: it may be begun again.
    if (!found.isSettled && (await this.#askFirm()) === false) {
      this.#become({ kind: 'blank', isFirmThere: false });
      return;
    }
    const { personName, firmName } = this.#book.facts;
    this.#become({
      kind: 'locked',
      reason,
      person: found.person,
      ...(personName === undefined ? {} : { personName }),
      ...(firmName === undefined ? {} : { firmName }),
    });
  }

  async #askFirm(): Promise<boolean | undefined> {
    try {
      return await this.#parts.findFirm();
    } catch (cause) {
      if (cause instanceof StrongroomError) return undefined;
      throw cause;
    }
  }

  #tellUnlocked(): void {
    const held = this.#held;
    if (held === undefined) return;
    const { person, device, roles } = held.device.me;
    const { personName, firmName } = this.#book.facts;
    this.#become({
      kind: 'unlocked',
      person,
      device,
      roles: [...roles],
      locksAtMs: this.#locksAtMs(),
      idleLimitMs: this.#idleLimitMs(),
      ...(personName === undefined ? {} : { personName }),
      ...(firmName === undefined ? {} : { firmName }),
    });
  }

  #become(state: SessionState): void {
    this.#state = state;
    this.#parts.onState(state);
  }

  #idleLimitMs(): number {
    return this.#book.facts.idleLimitMs ?? idleMinutes.default * minuteMs;
  }

  #locksAtMs(): number {
    return Math.min(this.#touchedAtMs + this.#idleLimitMs(), this.#held?.unlocked.expiresAtMs ?? Infinity);
  }

  #restartIdle(): void {
    this.#cancelIdle();
    const { clock } = this.#parts;
    this.#cancelIdle = clock.startTimer(this.#locksAtMs() - clock.nowMs(), () => {
      // A timer may come early; the clock decides.
      if (clock.nowMs() >= this.#locksAtMs()) void this.#lockFor('idle');
      else this.#restartIdle();
    });
  }

  #restartBeat(): void {
    this.#cancelBeat();
    this.#cancelBeat = this.#parts.clock.startTimer(heartbeatMs, () => {
      void this.#beat().finally(() => {
        if (this.#held !== undefined) this.#restartBeat();
      });
    });
  }

  /** The key of a worker that is gone is removed as soon as no ticket may be taken any more. */
  async #sweepLater(): Promise<void> {
    for (;;) {
      const waitMs = await this.#inTurn(async () =>
        this.#held === undefined ? await this.#parts.tickets.sweep() : 0,
      );
      if (waitMs <= 0) return;
      await this.#parts.clock.sleep(waitMs);
    }
  }
}
