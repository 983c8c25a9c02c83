/** What the connection tells: offline after two failures, and no fresher than what the warden signed. */
import { expect, test } from 'vitest';
import type { ConnectionState } from '../../keys/contract.ts';
import { Connection } from './connection.ts';

const minuteMs = 60_000;

function open(): {
  readonly connection: Connection;
  readonly told: ConnectionState[];
  pass: (ms: number) => void;
} {
  let nowMs = 1_800_000_000_000;
  const told: ConnectionState[] = [];
  const clock = { nowMs: () => nowMs, sleep: async () => undefined, startTimer: () => () => undefined };
  const connection = new Connection(clock, (state) => told.push(state));
  return { connection, told, pass: (ms) => (nowMs += ms) };
}

test('one failed exchange is none; two are offline, and one answer is online', () => {
  const { connection, told } = open();
  connection.failed();
  expect(told).toEqual([]);
  connection.failed();
  expect(connection.state.kind).toBe('offline');
  connection.reached();
  expect(connection.state.kind).toBe('online');
});

test('a sync with heads of today is one of now; with old ones it is as old as they are', () => {
  const { connection, pass } = open();
  const firstMs = connection.state.sinceMs;
  connection.synced({ isFresh: true, seenAtMs: firstMs - 30_000 }, { wardenState: 'ready' });
  expect(connection.state).toMatchObject({ syncedAtMs: firstMs, wardenState: 'ready' });
  pass(20 * minuteMs);
  connection.synced({ isFresh: false, seenAtMs: firstMs }, {});
  expect(connection.state.syncedAtMs).toBe(firstMs);
});

test('heads from a clock far ahead are no newer than the oldest that count, and none is no time', () => {
  const { connection } = open();
  const nowMs = connection.state.sinceMs;
  connection.synced({ isFresh: false, seenAtMs: nowMs + 60 * minuteMs }, {});
  expect(connection.state.syncedAtMs).toBe(nowMs - 10 * minuteMs);
  connection.synced({ isFresh: false }, {});
  expect(connection.state.syncedAtMs).toBeUndefined();
});
