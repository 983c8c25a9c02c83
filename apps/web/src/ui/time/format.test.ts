import { describe, expect, it } from 'vitest';
import { dayOf, formatFull, formatRelative, formatTime } from './format.ts';
import type { TimeOptions } from './format.ts';

const now = Date.parse('2026-11-22T13:05:00Z');
const at = (text: string, options: Partial<TimeOptions> = {}): string =>
  formatTime(Date.parse(text), {
    tag: 'en-GB',
    style: 'auto',
    nowMs: now,
    zone: 'Europe/Warsaw',
    ...options,
  }).replaceAll(/\s/gu, ' ');

describe('formatTime', () => {
  it('shows the time today, the weekday this week, the day before that, the year of another', () => {
    expect(at('2026-11-22T08:00:00Z')).toBe('09:00');
    expect(at('2026-11-20T07:55:00Z')).toBe('Fri 08:55');
    expect(at('2026-11-14T07:55:00Z')).toBe('14 Nov');
    expect(at('2025-03-03T07:55:00Z')).toBe('3 Mar 2025');
  });

  it('counts days in the zone, not in UTC', () => {
    expect(at('2026-11-21T23:30:00Z')).toBe('00:30');
    expect(at('2026-11-21T23:30:00Z', { zone: 'UTC' })).toBe('Sat 23:30');
    expect(dayOf(Date.parse('2026-11-21T23:30:00Z'), 'Europe/Warsaw')).toBe('2026-11-22');
  });

  it('shows what is to come as a day', () => {
    expect(at('2026-11-24T08:00:00Z')).toBe('24 Nov');
  });

  it('names the zone where it is asked for, in summer and in winter', () => {
    expect(at('2026-11-22T08:00:00Z', { isZoneNamed: true })).toBe('09:00 CET');
    expect(at('2026-07-01T08:00:00Z', { style: 'date-time', isZoneNamed: true })).toBe('1 Jul, 10:00 CEST');
  });

  it('writes midnight as 00, never 24', () => {
    for (const tag of ['en-GB', 'fr-FR', 'zh-Hans-CN', 'pl-PL'])
      expect(at('2026-11-21T23:00:00Z', { tag })).toBe('00:00');
  });

  it('writes dates as each language does', () => {
    const date = (tag: string): string => at('2026-03-03T07:55:00Z', { tag, style: 'date' });
    expect(date('en-GB')).toBe('3 Mar 2026');
    expect(date('fr-FR')).toBe('3 mars 2026');
    expect(date('zh-Hans-CN')).toBe('2026年3月3日');
    expect(date('pl-PL')).toBe('3 mar 2026');
  });
});

describe('formatFull', () => {
  it('has the weekday, the second and the zone', () => {
    const full = formatFull(Date.parse('2026-11-22T13:05:09Z'), 'en-GB', 'Europe/Warsaw');
    for (const part of ['Sunday', '22 November 2026', '14:05:09', 'CET']) expect(full).toContain(part);
  });
});

describe('formatRelative', () => {
  it.each([
    [-30_000, 'this minute'],
    [-59 * 60_000, '59 minutes ago'],
    [-25 * 3_600_000, 'yesterday'],
    [3 * 86_400_000, 'in 3 days'],
    [-15 * 86_400_000, '2 weeks ago'],
    [-800 * 86_400_000, '2 years ago'],
  ])('%j ms', (distance, words) => {
    expect(formatRelative(now + distance, now, 'en-GB')).toBe(words);
  });

  it('has the Polish plurals', () => {
    const days = (count: number): string => formatRelative(now + count * 86_400_000, now, 'pl-PL');
    expect([days(3), days(5)]).toEqual(['za 3 dni', 'za 5 dni']);
    const hours = (count: number): string => formatRelative(now - count * 3_600_000, now, 'pl-PL');
    expect([hours(2), hours(5), hours(22)]).toEqual(['2 godziny temu', '5 godzin temu', '22 godziny temu']);
  });
});
