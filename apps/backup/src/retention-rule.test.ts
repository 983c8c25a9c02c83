import { expect, test } from 'vitest';
import { selectKept } from './retention-rule.ts';

const at = (text: string): { id: string; madeAtMs: number } => ({
  id: text,
  madeAtMs: Date.parse(`${text}Z`),
});
const newestFirst = [
  '2026-11-22T20:00',
  '2026-11-22T08:00',
  '2026-11-21T20:00',
  '2026-11-16T20:00',
  '2026-11-15T20:00',
  '2026-10-31T20:00',
  '2026-10-01T20:00',
  '2025-12-31T20:00',
].map(at);
const nowMs = Date.parse('2026-11-22T20:00Z');
const kept = (retention: Parameters<typeof selectKept>[1]): string[] => [
  ...selectKept(newestFirst, retention, nowMs),
];

test.each([
  [{ keep: 2 }, ['2026-11-22T20:00', '2026-11-22T08:00']],
  [{ keepMs: 86_400_000 }, ['2026-11-22T20:00', '2026-11-22T08:00']],
  [{ daily: 2 }, ['2026-11-22T20:00', '2026-11-21T20:00']],
  [{ weekly: 2 }, ['2026-11-22T20:00', '2026-11-15T20:00']],
  [{ monthly: 3 }, ['2026-11-22T20:00', '2026-10-31T20:00', '2025-12-31T20:00']],
  [{ keep: 0 }, ['2026-11-22T20:00']],
  [{ daily: 1, weekly: 2, monthly: 2 }, ['2026-11-22T20:00', '2026-11-15T20:00', '2026-10-31T20:00']],
] as const)('%o keeps the newest of each day, week and month', (retention, expected) => {
  expect(kept(retention)).toEqual(expected);
});
