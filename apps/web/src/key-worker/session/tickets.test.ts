import { describe, expect, test } from 'vitest';
import { heartbeatLimitMs, judgeHeartbeat, Tickets } from './tickets.ts';
import type { Heartbeat, TicketStore } from './tickets.ts';

const minuteMs = 60_000;

/** A store in memory: the browser's is over IndexedDB, and is tested there. */
function memoryStore(): TicketStore & { heartbeat: Heartbeat | undefined } {
  let key: CryptoKey | undefined;
  const iv = new Uint8Array(12);
  return {
    heartbeat: undefined,
    async renewKey() {
      key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
    },
    async removeKey() {
      key = undefined;
    },
    async seal(bytes) {
      if (key === undefined) throw new Error('no key');
      return new Uint8Array(
        await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, bytes as Uint8Array<ArrayBuffer>),
      );
    },
    async open(sealed) {
      if (key === undefined) return undefined;
      try {
        return new Uint8Array(
          await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, sealed as Uint8Array<ArrayBuffer>),
        );
      } catch {
        return undefined;
      }
    },
    async readHeartbeat() {
      return this.heartbeat;
    },
    async writeHeartbeat(heartbeat) {
      this.heartbeat = heartbeat;
    },
  };
}

function setUp() {
  const clock = { now: 1_900_000_000_000, nowMs: () => clock.now };
  const store = memoryStore();
  const unlocked = () => ({
    deviceFileKey: new Uint8Array(32).fill(7),
    session: 'token',
    expiresAtMs: clock.now + 12 * 60 * minuteMs,
  });
  return { clock, store, tickets: new Tickets(store, clock, 7), unlocked };
}
const note = (clock: { now: number }) => ({ touchedAtMs: clock.now, idleLimitMs: 15 * minuteMs });

describe('a ticket', () => {
  test('gives back what unlocking gave, while the worker before lived a moment ago', async () => {
    const { clock, tickets, unlocked } = setUp();
    const ticket = await tickets.issue(unlocked(), note(clock));
    clock.now += heartbeatLimitMs - 1;
    const taken = await tickets.take(ticket);
    expect(taken?.unlocked.session).toBe('token');
    expect([...(taken?.unlocked.deviceFileKey ?? [])]).toEqual(Array.from({ length: 32 }, () => 7));
  });

  test('is worthless a minute after the worker stopped writing', async () => {
    const { clock, tickets, unlocked } = setUp();
    const ticket = await tickets.issue(unlocked(), note(clock));
    clock.now += heartbeatLimitMs;
    expect(await tickets.take(ticket)).toBeUndefined();
  });

  test('is worthless when nobody touched a page for the idle limit, though the worker lives', async () => {
    const { clock, tickets, unlocked } = setUp();
    const first = note(clock);
    const ticket = await tickets.issue(unlocked(), first);
    clock.now += first.idleLimitMs;
    await tickets.beat(first);
    expect(await tickets.take(ticket)).toBeUndefined();
  });

  test('is worthless after a lock, after the next unlock, and when the session is over', async () => {
    const { clock, tickets, unlocked } = setUp();
    const locked = await tickets.issue(unlocked(), note(clock));
    await tickets.revoke();
    expect(await tickets.take(locked)).toBeUndefined();
    const before = await tickets.issue(unlocked(), note(clock));
    const after = await tickets.issue(unlocked(), note(clock));
    expect(await tickets.take(before)).toBeUndefined();
    expect(await tickets.take(after)).toBeDefined();
    const ended = await tickets.issue({ ...unlocked(), expiresAtMs: clock.now }, note(clock));
    expect(await tickets.take(ended)).toBeUndefined();
  });

  test('that was altered, or is none, is worthless', async () => {
    const { clock, tickets, unlocked } = setUp();
    const ticket = await tickets.issue(unlocked(), note(clock));
    for (const at of [0, 20, ticket.length - 1]) {
      const altered = ticket.slice();
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(await tickets.take(altered)).toBeUndefined();
    }
    expect(await tickets.take(new Uint8Array(0))).toBeUndefined();
  });

  test('says whether older code than the one that unlocked takes it', async () => {
    const { clock, store, tickets, unlocked } = setUp();
    const ticket = await tickets.issue(unlocked(), note(clock));
    const takenBy = async (bundle: number) => await new Tickets(store, clock, bundle).take(ticket);
    expect((await takenBy(7))?.isCodeKept).toBe(true);
    expect((await takenBy(8))?.isCodeKept).toBe(true);
    expect((await takenBy(6))?.isCodeKept).toBe(false);
  });

  test('a clock that was set back is not believed', async () => {
    const { clock } = setUp();
    const beat = { ...note(clock), aliveAtMs: clock.now };
    expect(judgeHeartbeat(beat, clock.now - 9_000)).toBe('good');
    expect(judgeHeartbeat(beat, clock.now - 11_000)).toBe('ahead');
    expect(judgeHeartbeat(undefined, clock.now)).toBe('absent');
  });

  test('the key goes as soon as no ticket may be taken', async () => {
    const { clock, store, tickets, unlocked } = setUp();
    const ticket = await tickets.issue(unlocked(), note(clock));
    expect(await tickets.sweep()).toBe(heartbeatLimitMs);
    clock.now += heartbeatLimitMs;
    expect(await tickets.sweep()).toBe(0);
    expect(await store.open(ticket)).toBeUndefined();
    expect(store.heartbeat).toBeUndefined();
  });
});
