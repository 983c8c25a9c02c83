/** Interrupted uploads: killed, broken off, the file changed meanwhile. */
import { StrongroomError } from '@strongroom/core';
import type { RoomId } from '@strongroom/core';
import type { TransportRequest } from '@strongroom/device';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { contentOf, fileOf, FirmWorld, MemorySink } from './firm-world.ts';
import type { TestDevice } from './firm-world.ts';

const file = contentOf(21_000_000, 3);

let world: FirmWorld;
let ada: TestDevice;
let room: RoomId;

beforeAll(async () => {
  world = await FirmWorld.start();
  ada = await world.foundFirm();
  const { vault } = await ada.device.vaults.add({ name: 'Group' });
  ({ room } = await ada.device.clients.add({ vault, name: 'Client' }));
});
afterAll(async () => {
  await world.close();
});
beforeEach(() => {
  ada.transport.mutator = undefined;
});

function isPart({ method, path }: TransportRequest): boolean {
  return method === 'PUT' && path.includes('/parts/');
}

/** The network dies for ever after `count` parts: all that is left is what is stored, as after kill -9. */
async function breakAfter(count: number, path: string): Promise<void> {
  let parts = 0;
  ada.transport.mutator = async (request, send) => {
    if (isPart(request) && ++parts > count) throw new TypeError('connection reset');
    return await send();
  };
  await expect(
    ada.device.records.add({ room, source: fileOf('film.bin', file, path) }),
  ).rejects.toMatchObject({
    code: 'SERVER_UNREACHABLE',
  });
  ada.transport.mutator = undefined;
  await ada.reopen();
}

test('an upload goes on where the server has it, in a new process, and gives the same bytes', async () => {
  await breakAfter(3, '/films/one');
  const [pending] = await ada.device.records.pending();
  expect(pending).toMatchObject({ name: 'film.bin', path: '/films/one', totalBytes: file.length });
  ada.transport.sent.length = 0;
  const seen: number[] = [];
  const added = await ada.device.records.add({
    room,
    source: fileOf('film.bin', file, '/films/one'),
    onProgress: ({ doneBytes }) => void seen.push(doneBytes),
  });
  expect(added.resumed).toBe(true);
  // It begins with what the server has acknowledged, and never goes back.
  expect(seen[0]).toBeGreaterThanOrEqual(3 * 16 * 262_112);
  expect(seen).toEqual([...seen].sort((left, right) => left - right));
  expect(seen.at(-1)).toBe(file.length);
  expect(ada.transport.sent.filter(isPart).length).toBeLessThan(6);
  expect(await ada.device.records.pending()).toEqual([]);
  const sink = new MemorySink();
  await ada.device.records.open({ record: added.record, sink, purpose: 'work' });
  expect(Buffer.compare(sink.bytes(), file)).toBe(0);
});

test('killed twice, with a part that arrives late: the version is sent anew instead of failing for ever', async () => {
  const path = '/films/late';
  const source = fileOf('film.bin', file, path);
  let late: TransportRequest | undefined;
  // The connection dies with the second part on its way.
  ada.transport.mutator = async (request, send) => {
    if (!isPart(request) || !request.path.endsWith('/1')) return await send();
    late ??= { ...request, ...(request.body && { body: request.body.slice() }) };
    throw new TypeError('connection reset');
  };
  for (let kill = 0; kill < 2; kill++) {
    await expect(ada.device.records.add({ room, source })).rejects.toMatchObject({
      code: 'SERVER_UNREACHABLE',
    });
    await ada.reopen();
  }
  ada.transport.mutator = undefined;
  if (late === undefined) throw new Error('no part was sent');
  expect((await ada.transport.send(late)).status).toBe(204);
  const seen: number[] = [];
  const added = await ada.device.records.add({
    room,
    source,
    onProgress: ({ doneBytes }) => void seen.push(doneBytes),
  });
  expect(seen[0]).toBeGreaterThan(0);
  expect(seen.lastIndexOf(0)).toBeGreaterThan(0);
  expect(seen.at(-1)).toBe(file.length);
  expect(await ada.device.records.pending()).toEqual([]);
  const sink = new MemorySink();
  await ada.device.records.open({ record: added.record, sink, purpose: 'work' });
  expect(Buffer.compare(sink.bytes(), file)).toBe(0);
});

test('a file that changed is never joined to what was sent before, even with the same size and time', async () => {
  await breakAfter(2, '/films/two');
  const [pending] = await ada.device.records.pending();
  const other = file.slice();
  other[100] = (other[100] ?? 0) ^ 1;
  await expect(
    ada.device.records.resume({
      upload: pending?.upload ?? '',
      source: fileOf('film.bin', other, '/films/two'),
    }),
  ).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
  const added = await ada.device.records.add({ room, source: fileOf('film.bin', other, '/films/two') });
  const sink = new MemorySink();
  await ada.device.records.open({ record: added.record, sink, purpose: 'work' });
  expect(Buffer.compare(sink.bytes(), other)).toBe(0);
  expect(await ada.device.records.pending()).toEqual([]);
});

test('an answer that is lost once changes nothing: the same bytes are sent again', async () => {
  const lost = new Set<string>();
  ada.transport.mutator = async (request, send) => {
    const answer = await send();
    const isFirst = (isPart(request) || request.path.endsWith('/versions')) && !lost.has(request.path);
    if (!isFirst) return answer;
    lost.add(request.path);
    throw new TypeError('connection reset');
  };
  const added = await ada.device.records.add({ room, source: fileOf('twice.bin', file.slice(0, 9_000_000)) });
  expect(lost.size).toBeGreaterThan(2);
  ada.transport.mutator = undefined;
  const rows = await ada.device.records.list({ room });
  expect(rows.filter(({ name }) => name === 'twice.bin')).toHaveLength(1);
  expect(added.version).toBe(1);
});

test('an answer lost for good after the version was written: the next try finds it written', async () => {
  ada.transport.mutator = async (request, send) => {
    const answer = await send();
    if (request.path.endsWith('/versions')) throw new TypeError('connection reset');
    return answer;
  };
  await expect(
    ada.device.records.add({ room, source: fileOf('once.bin', file.slice(0, 1_000), '/once') }),
  ).rejects.toMatchObject({
    code: 'SERVER_UNREACHABLE',
  });
  await ada.reopen();
  ada.transport.mutator = undefined;
  await ada.device.records.add({ room, source: fileOf('once.bin', file.slice(0, 1_000), '/once') });
  const rows = await ada.device.records.list({ room });
  expect(rows.filter(({ name }) => name === 'once.bin')).toHaveLength(1);
});

test('killed after the version was written and before anybody took note: pending until then, and done without its file', async () => {
  const source = fileOf('noted.bin', file.slice(0, 1_000), '/noted');
  const isKilled = new Error('the process is gone');
  await expect(
    ada.device.records.add({
      room,
      source,
      onWritten: async () => {
        throw isKilled;
      },
    }),
  ).rejects.toBe(isKilled);
  await ada.reopen();
  const [pending] = await ada.device.records.pending();
  expect(pending).toMatchObject({ path: '/noted', isStaged: true, needsSource: false });
  ada.transport.sent.length = 0;
  let toldOf: unknown;
  const done = await ada.device.records.resume({
    upload: pending?.upload ?? '',
    onWritten: async (added) => void (toldOf = { ...added, resumed: true }),
  });
  expect(done).toMatchObject({ record: pending?.record, version: 1, resumed: true });
  expect(toldOf).toEqual(done);
  expect(ada.transport.sent.some(({ path }) => path.endsWith('/versions'))).toBe(false);
  expect(await ada.device.records.pending()).toEqual([]);
  const rows = await ada.device.records.list({ room });
  expect(rows.filter(({ name }) => name === 'noted.bin')).toHaveLength(1);
});

test('progress tells acknowledged bytes only, and an abort leaves a journal', async () => {
  const controller = new AbortController();
  const seen: number[] = [];
  await expect(
    ada.device.records.add({
      room,
      source: fileOf('stop.bin', file, '/stop'),
      signal: controller.signal,
      onProgress: ({ doneBytes }) => {
        seen.push(doneBytes);
        if (doneBytes > 0) controller.abort();
      },
    }),
  ).rejects.toThrow();
  expect(seen[0]).toBe(0);
  expect(seen.at(-1)).toBeLessThan(file.length);
  const pending = (await ada.device.records.pending()).find(({ name }) => name === 'stop.bin');
  await ada.device.records.abandon(pending?.upload ?? '');
  expect((await ada.device.records.pending()).some(({ name }) => name === 'stop.bin')).toBe(false);
});

test('a gap in the file while reading is refused', async () => {
  const source = { ...fileOf('short.bin', file), read: async () => new Uint8Array(1) };
  const refused = await ada.device.records.add({ room, source }).catch((cause: unknown) => cause);
  expect(refused).toBeInstanceOf(StrongroomError);
  expect((refused as StrongroomError).code).toBe('SOURCE_CHANGED');
});
