import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyEvent, isRunning, nextTryMs, parallelMax, pickNext } from './upload-state.ts';
import type { FileEvent, QueuedFile } from './upload-state.ts';

function fileOf(part: Partial<QueuedFile> = {}): QueuedFile {
  return {
    id: 'a',
    room: 'rom_a' as never,
    name: 'deed.pdf',
    folder: [],
    type: 'application/pdf',
    totalBytes: 100,
    modifiedAtMs: 0,
    state: 'waiting',
    doneBytes: 0,
    failures: 0,
    ...part,
  };
}
const follow = (file: QueuedFile, ...events: readonly FileEvent[]): QueuedFile =>
  events.reduce(applyEvent, file);
const refused = (code: string, atMs = 0): FileEvent => ({
  kind: 'refused',
  error: { code, details: {} },
  atMs,
});
const written: FileEvent = {
  kind: 'written',
  record: 'rec_a' as never,
  line: { ledger: 'vlt_a' as never, index: 1 },
};

const event: fc.Arbitrary<FileEvent> = fc.oneof(
  fc.constantFrom<FileEvent>(
    { kind: 'begun' },
    { kind: 'interrupted' },
    { kind: 'pause' },
    { kind: 'resume' },
    { kind: 'due' },
    { kind: 'source-given' },
    written,
  ),
  fc.integer({ min: -5, max: 200 }).map((doneBytes): FileEvent => ({ kind: 'progress', doneBytes })),
  fc
    .constantFrom(
      'SERVER_UNREACHABLE',
      'SERVER_FAILED',
      'SOURCE_NEEDED',
      'SOURCE_CHANGED',
      'DEVICE_LOCKED',
      'ACCESS_DENIED',
    )
    .chain((code) => fc.nat(1_000_000).map((atMs) => refused(code, atMs))),
  fc
    .record({ isStaged: fc.boolean(), doneBytes: fc.nat(200) })
    .map((part): FileEvent => ({ kind: 'restored', ...part })),
);

describe('one file of the queue', () => {
  test('the usual way', () => {
    const states = [
      { kind: 'begun' },
      { kind: 'progress', doneBytes: 0 },
      { kind: 'progress', doneBytes: 40 },
      { kind: 'progress', doneBytes: 100 },
      written,
    ] satisfies FileEvent[];
    const seen = states.map((_, index) => follow(fileOf(), ...states.slice(0, index + 1)).state);
    expect(seen).toEqual(['sealing', 'sealing', 'sending', 'writing-line', 'done']);
  });

  test('out of reach it waits longer each time, and without end; a refusal of another kind is final', () => {
    let file = fileOf();
    const waits: number[] = [];
    for (let round = 0; round < 12; round++) {
      file = follow(file, { kind: 'begun' }, refused('SERVER_UNREACHABLE', 1_000));
      expect(file.state).toBe('offline');
      waits.push((file.retryAtMs ?? 0) - 1_000);
      file = applyEvent(file, { kind: 'due' });
      expect(file.state).toBe('waiting');
    }
    expect(waits.slice(0, 4)).toEqual([2_000, 4_000, 8_000, 16_000]);
    expect(waits.at(-1)).toBe(60_000);
    expect(follow(fileOf(), { kind: 'begun' }, refused('ACCESS_DENIED'))).toMatchObject({
      state: 'failed',
      error: { code: 'ACCESS_DENIED' },
    });
    let passing = fileOf();
    for (let round = 0; round < 6; round++)
      passing = follow({ ...passing, state: 'waiting' }, { kind: 'begun' }, refused('SERVER_FAILED'));
    expect(passing.state).toBe('failed');
  });

  test('a lock is no failure; a worker that is new asks for what is not staged', () => {
    expect(follow(fileOf(), { kind: 'begun' }, refused('DEVICE_LOCKED'))).toMatchObject({
      state: 'waiting',
      failures: 0,
    });
    expect(
      follow(fileOf(), { kind: 'begun' }, { kind: 'restored', isStaged: false, doneBytes: 30 }),
    ).toMatchObject({ state: 'needs-source', doneBytes: 30 });
    expect(follow(fileOf(), { kind: 'restored', isStaged: true, doneBytes: 30 })).toMatchObject({
      state: 'waiting',
      doneBytes: 30,
    });
  });

  test('whatever happens: done stays done, bytes stay in their bounds, what is paused begins only when resumed', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        let file = fileOf();
        for (const each of events) {
          const before = file;
          file = applyEvent(file, each);
          if (before.state === 'done') expect(file).toBe(before);
          expect(file.doneBytes).toBeGreaterThanOrEqual(0);
          expect(file.doneBytes).toBeLessThanOrEqual(file.totalBytes);
          const mayBegin = before.state === 'waiting' || before.state === 'offline';
          if (!isRunning(before.state) && isRunning(file.state))
            expect([mayBegin, each.kind]).toEqual([true, 'begun']);
          if (before.state === 'paused' && file.state === 'waiting')
            expect(['resume', 'restored'].includes(each.kind)).toBe(each.kind === 'resume');
          expect(file.error === undefined).toBe(file.state !== 'failed');
          if (file.state === 'done') expect(file.record).toBeDefined();
        }
      }),
    );
  });
});

describe('which files begin', () => {
  test('never more than there is room for, the smallest that may, none that may not', () => {
    const state = fc.constantFrom<QueuedFile['state']>(
      'waiting',
      'offline',
      'paused',
      'failed',
      'needs-source',
      'done',
      'sealing',
      'sending',
    );
    const file = fc.record({ state, totalBytes: fc.nat(50), retryAtMs: fc.nat(10) });
    fc.assert(
      fc.property(fc.array(file, { maxLength: 30 }), fc.nat(10), (parts, nowMs) => {
        const files = parts.map((part, index) => fileOf({ ...part, id: String(index) }));
        const picked = pickNext(files, nowMs);
        const running = files.filter((each) => isRunning(each.state)).length;
        const ready = files
          .filter(
            (each) =>
              (each.state === 'waiting' || each.state === 'offline') && (each.retryAtMs ?? 0) <= nowMs,
          )
          .toSorted((left, right) => left.totalBytes - right.totalBytes);
        expect(picked).toEqual(ready.slice(0, Math.max(0, parallelMax - running)));
        const times = files
          .filter((each) => each.state === 'waiting' || each.state === 'offline')
          .map(({ retryAtMs }) => retryAtMs ?? 0);
        expect(nextTryMs(files)).toBe(times.length === 0 ? undefined : Math.min(...times));
      }),
    );
  });
});
