import { createTranslator } from '@strongroom/texts';
import { InputError, IntegrityError } from '@strongroom/core';
import { describe, expect, test } from 'vitest';
import { cleanText } from '../src/output/clean-text.ts';
import { formatDuration, formatSize } from '../src/output/format-size.ts';
import { formatTime } from '../src/output/format-time.ts';
import { createOutput } from '../src/output/output.ts';
import { describeProgress } from '../src/output/progress.ts';
import { reportError } from '../src/output/report-error.ts';
import { formatTable } from '../src/output/table.ts';
import { nameSubject } from '../src/subject.ts';
import { createTestContext, makeFolder } from './test-context.ts';

describe('tables', () => {
  test('stand in columns, Chinese characters counting two cells', () => {
    const lines = formatTable(
      [{ heading: '名称' }, { heading: 'n', align: 'right' }],
      [
        ['合同', '5'],
        ['a', '1234'],
      ],
    );
    expect(lines).toEqual(['名称     n', '合同     5', 'a     1234']);
  });

  test('let no name of a record steer the terminal', () => {
    const [, line] = formatTable([{ heading: 'n' }], [['\u001b[2J\u202egpj.exe\n']]);
    expect(line).toBe('\uFFFD[2J\uFFFDgpj.exe\uFFFD');
    expect(cleanText('zażółć 合同 é')).toBe('zażółć 合同 é');
  });
});

test('a time has its zone and the same shape everywhere', () => {
  const atMs = Date.UTC(2026, 10, 21, 21, 30, 5);
  expect(formatTime(atMs, 'UTC')).toBe('2026-11-21 21:30:05 +00:00');
  expect(formatTime(atMs, 'Europe/Warsaw')).toBe('2026-11-21 22:30:05 +01:00');
  expect(formatTime(atMs, 'America/St_Johns')).toBe('2026-11-21 18:00:05 -03:30');
});

test('sizes and durations', () => {
  expect(formatSize(0, 'en')).toBe('0 bytes');
  expect(formatSize(999_949, 'en')).toBe('999.9 kB');
  expect(formatSize(999_950, 'en')).toBe('1 MB');
  expect(formatSize(200_000_000, 'fr')).toMatch(/^200\sMo$/u);
  expect(formatDuration(59_400)).toBe('0:59');
  expect(formatDuration(3_725_000)).toBe('1:02:05');
});

test('progress names acknowledged bytes, speed and the time that is left', () => {
  const texts = createTranslator('en');
  const line = describeProgress({
    output: { texts },
    doneBytes: 50_000_000,
    totalBytes: 200_000_000,
    movedBytes: 30_000_000,
    elapsedMs: 3000,
  });
  expect(line).toContain('25%');
  expect(line).toContain('50 MB / 200 MB');
  expect(line).toContain('10 MB/s');
  expect(line).toContain('0:15');
});

describe('errors', () => {
  test('are said with a way on and end with the code of their kind', () => {
    const context = createTestContext(makeFolder('errors'));
    const output = createOutput({ context, texts: createTranslator('pl'), isJson: false });
    const error = nameSubject(new InputError('FILE_UNREADABLE'), 'umowa.pdf');
    expect(reportError(output, error, false)).toBe(1);
    expect(context.err()).toContain('Nie można odczytać pliku lub folderu: umowa.pdf');
    expect(context.err()).toContain('Sprawdź, czy istnieje');
    expect(context.err()).toContain('FILE_UNREADABLE');
    expect(reportError(output, new IntegrityError('PROOF_INVALID'), false)).toBe(5);
  });

  test('are one JSON line for scripts', () => {
    const context = createTestContext(makeFolder('errors'));
    const output = createOutput({ context, texts: createTranslator('en'), isJson: true });
    reportError(output, new IntegrityError('PROOF_INVALID', { entry: 3 }), false);
    expect(JSON.parse(context.err())).toMatchObject({
      error: { code: 'PROOF_INVALID', class: 'Integrity', details: { entry: 3 } },
    });
  });

  test('a mistake of ours shows no stack unless asked to', () => {
    const context = createTestContext(makeFolder('errors'));
    const output = createOutput({ context, texts: createTranslator('en'), isJson: false });
    expect(reportError(output, new TypeError('secret name'), false)).toBe(1);
    expect(context.err()).not.toContain('secret name');
  });
});
