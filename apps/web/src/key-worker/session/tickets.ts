/**
 * How a reload stays unlocked and a closed browser does not. A ticket is what unlocking gave, sealed under a key that is new at each
 * unlock and never leaves the database; the page keeps it in its tab. A fresh worker takes it only while the note that the last one
 * wrote as it lived is young, within the idle limit, and the key is still there. Spec: docs/spec/web.md section 3.
 */
import { decodeCbor, encodeCbor, isBytes, wipeBytes } from '@strongroom/core';
import type { Clock, Unlocked } from '@strongroom/device';

/** Where a worker that stopped writing counts as gone. */
export const heartbeatLimitMs = 60_000;
/** How often a living worker writes. */
export const heartbeatMs = 5_000;
/** A clock that was set back further than this is not believed. */
const aheadMsMax = 10_000;

/** What the living worker notes. */
export interface Heartbeat {
  readonly aliveAtMs: number;
  readonly touchedAtMs: number;
  readonly idleLimitMs: number;
}

/** A key and a note in the database; the key can be used and not read. */
export interface TicketStore {
  /** Makes a new key in place of the one before. */
  renewKey(): Promise<void>;
  removeKey(): Promise<void>;
  /** @throws where there is no key */
  seal(bytes: Uint8Array): Promise<Uint8Array>;
  /** Undefined where there is no key, or it is not the one. */
  open(sealed: Uint8Array): Promise<Uint8Array | undefined>;
  readHeartbeat(): Promise<Heartbeat | undefined>;
  writeHeartbeat(heartbeat: Heartbeat | undefined): Promise<void>;
}

/** What a ticket gave back. */
export interface TakenTicket {
  readonly unlocked: Unlocked;
  readonly touchedAtMs: number;
  /** The code that runs is the code that unlocked, or later code. */
  readonly isCodeKept: boolean;
}

/** Why a note of the last worker is good enough, or not. */
export type HeartbeatVerdict = 'good' | 'absent' | 'stale' | 'idle' | 'ahead';

/** Judges the note of the last worker. */
export function judgeHeartbeat(heartbeat: Heartbeat | undefined, nowMs: number): HeartbeatVerdict {
  if (heartbeat === undefined) return 'absent';
  const { aliveAtMs, touchedAtMs, idleLimitMs } = heartbeat;
  if (aliveAtMs > nowMs + aheadMsMax || touchedAtMs > nowMs + aheadMsMax) return 'ahead';
  if (nowMs - aliveAtMs >= heartbeatLimitMs) return 'stale';
  if (nowMs - touchedAtMs >= idleLimitMs) return 'idle';
  return 'good';
}

/** Makes and takes tickets. */
export class Tickets {
  readonly #store: TicketStore;
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #bundle: number;

  /** `bundle`: the number of the code that runs. */
  constructor(store: TicketStore, clock: Pick<Clock, 'nowMs'>, bundle: number) {
    this.#store = store;
    this.#clock = clock;
    this.#bundle = bundle;
  }

  /** A ticket of this unlock; every one before it is worthless from now on. */
  async issue(unlocked: Unlocked, heartbeat: Omit<Heartbeat, 'aliveAtMs'>): Promise<Uint8Array> {
    await this.#store.renewKey();
    await this.beat(heartbeat);
    const { deviceFileKey, session, expiresAtMs } = unlocked;
    const bytes = encodeCbor({ v: 2, deviceFileKey, session, expiresAtMs, bundle: this.#bundle });
    try {
      return await this.#store.seal(bytes);
    } finally {
      wipeBytes(bytes);
    }
  }

  /** This worker lives. */
  async beat(heartbeat: Omit<Heartbeat, 'aliveAtMs'>): Promise<void> {
    await this.#store.writeHeartbeat({ ...heartbeat, aliveAtMs: this.#clock.nowMs() });
  }

  /** What the ticket holds, if it may still be used. */
  async take(ticket: Uint8Array): Promise<TakenTicket | undefined> {
    const nowMs = this.#clock.nowMs();
    const heartbeat = await this.#store.readHeartbeat();
    if (heartbeat === undefined || judgeHeartbeat(heartbeat, nowMs) !== 'good') return undefined;
    const bytes = await this.#store.open(ticket);
    if (bytes === undefined) return undefined;
    const kept = parseTicket(bytes);
    wipeBytes(bytes);
    if (kept === undefined || kept.unlocked.expiresAtMs <= nowMs) return undefined;
    return {
      unlocked: kept.unlocked,
      touchedAtMs: heartbeat.touchedAtMs,
      isCodeKept: kept.bundle <= this.#bundle,
    };
  }

  /** Every ticket is worthless. */
  async revoke(): Promise<void> {
    await this.#store.removeKey();
    await this.#store.writeHeartbeat(undefined);
  }

  /** Removes the key of a worker that is gone for too long; tells how long one that may come back has yet. */
  async sweep(): Promise<number> {
    const nowMs = this.#clock.nowMs();
    const heartbeat = await this.#store.readHeartbeat();
    if (heartbeat !== undefined && judgeHeartbeat(heartbeat, nowMs) === 'good')
      return heartbeat.aliveAtMs + heartbeatLimitMs - nowMs;
    await this.revoke();
    return 0;
  }
}

function parseTicket(
  bytes: Uint8Array,
): { readonly unlocked: Unlocked; readonly bundle: number } | undefined {
  const value = decodeCbor(bytes) as Readonly<Record<string, unknown>>;
  const { v, deviceFileKey, session, expiresAtMs, bundle } = value;
  if (v !== 2 || !isBytes(deviceFileKey) || deviceFileKey.length !== 32) return undefined;
  if (typeof session !== 'string' || typeof expiresAtMs !== 'number' || typeof bundle !== 'number')
    return undefined;
  // What decoding gave is a view of bytes that are wiped.
  return { unlocked: { deviceFileKey: deviceFileKey.slice(), session, expiresAtMs }, bundle };
}
