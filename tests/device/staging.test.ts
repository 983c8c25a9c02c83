/** Uploads whose sealed parts wait on the device: a closed tab, a full disk, a killed process, bytes that were tampered with. */
import type { RoomId, VaultId } from '@strongroom/core';
import type { SegmentStage, StagedUpload, TransportRequest } from '@strongroom/device';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { contentOf, fileOf, FirmWorld, MemorySink } from './firm-world.ts';
import type { TestDevice } from './firm-world.ts';

const file = contentOf(9_500_000, 3);
/** Two parts: enough for a death between them. */
const small = file.slice(0, 4_400_000);

/** A stage in memory; `onStep` sees every change before it is made. */
class MemoryStage implements SegmentStage {
  readonly parts = new Map<string, Uint8Array>();
  freeBytes = 1_000_000_000;
  /** Of an upload of another time. */
  otherBytes = 0;
  onStep: (name: string) => void = () => undefined;

  async write(upload: string, part: number, bytes: Uint8Array): Promise<void> {
    this.onStep('stage.write');
    this.parts.set(`${upload}/${part}`, bytes.slice());
  }

  async read(upload: string, part: number): Promise<Uint8Array | undefined> {
    return this.parts.get(`${upload}/${part}`)?.slice();
  }

  async remove(upload: string, part?: number): Promise<void> {
    this.onStep('stage.remove');
    for (const key of this.parts.keys())
      if (part === undefined ? key.startsWith(`${upload}/`) : key === `${upload}/${part}`)
        this.parts.delete(key);
  }

  async list(): Promise<readonly StagedUpload[]> {
    const found = new Map<string, { upload: string; parts: number[]; bytes: number }>();
    for (const [key, bytes] of this.parts) {
      const [upload = '', part] = key.split('/');
      const row = found.get(upload) ?? { upload, parts: [], bytes: 0 };
      row.parts.push(Number(part));
      row.bytes += bytes.length;
      found.set(upload, row);
    }
    const others = this.otherBytes === 0 ? [] : [{ upload: 'upl_other', parts: [0], bytes: this.otherBytes }];
    return [...found.values(), ...others];
  }

  async estimate(): Promise<{ readonly freeBytes: number }> {
    return { freeBytes: this.freeBytes };
  }
}

let world: FirmWorld;
let ada: TestDevice;
let vault: VaultId;
let room: RoomId;
const stage = new MemoryStage();

beforeAll(async () => {
  world = await FirmWorld.start();
  ada = await world.foundFirm();
  Object.assign(ada.environment, { staging: stage });
  await ada.open();
  ({ vault } = await ada.device.vaults.add({ name: 'Group' }));
  ({ room } = await ada.device.clients.add({ vault, name: 'Client' }));
});
afterAll(async () => {
  await world.close();
});
afterEach(() => {
  ada.transport.mutator = undefined;
  stage.onStep = () => undefined;
  stage.freeBytes = 1_000_000_000;
  stage.otherBytes = 0;
});

function isPart({ method, path }: TransportRequest): boolean {
  return method === 'PUT' && path.includes('/parts/');
}

/** The network takes `count` parts and dies. What is left is what is stored. */
async function breakAfter(count: number, path: string): Promise<void> {
  let parts = 0;
  ada.transport.mutator = async (request, send) => {
    if (isPart(request) && ++parts > count) throw new TypeError('connection reset');
    return await send();
  };
  await expect(
    ada.device.records.add({ room, source: fileOf('film.bin', file, path), folder: ['Films'] }),
  ).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
  ada.transport.mutator = undefined;
  await ada.open();
}

async function expectContent(
  record: Parameters<typeof ada.device.records.open>[0]['record'],
  expected = file,
): Promise<void> {
  const sink = new MemorySink();
  await ada.device.records.open({ record, sink, purpose: 'work' });
  expect(Buffer.compare(sink.bytes(), expected)).toBe(0);
}

test('an upload whose tab was closed is finished without its file, from where the server has it', async () => {
  await breakAfter(1, '/films/closed');
  const [pending] = await ada.device.records.pending();
  expect(pending).toMatchObject({
    room,
    folder: ['Films'],
    version: 1,
    class: 2,
    isStaged: true,
    needsSource: false,
    totalBytes: file.length,
  });
  expect(pending?.doneBytes).toBeGreaterThan(0);
  expect(pending?.doneBytes).toBeLessThan(file.length);
  ada.transport.sent.length = 0;
  const seen: number[] = [];
  const added = await ada.device.records.resume({
    upload: pending?.upload ?? '',
    onProgress: ({ doneBytes }) => void seen.push(doneBytes),
  });
  expect(seen[0]).toBeGreaterThan(0);
  expect(seen.at(-1)).toBe(file.length);
  expect(added.record).toBe(pending?.record);
  expect(ada.transport.sent.filter(isPart)).toHaveLength(2);
  await expectContent(added.record);
  expect(await ada.device.records.pending()).toEqual([]);
  expect(stage.parts.size).toBe(0);
});

test('what waits on the device is ciphertext, and goes part by part as the server acknowledges it', async () => {
  const waiting: number[] = [];
  ada.transport.mutator = async (request, send) => {
    if (isPart(request)) waiting.push(stage.parts.size);
    for (const bytes of stage.parts.values())
      expect(Buffer.from(bytes).includes(Buffer.from(file.subarray(1_000, 1_040)))).toBe(false);
    return await send();
  };
  const { record } = await ada.device.records.add({ room, source: fileOf('film.bin', file) });
  expect(Math.max(...waiting)).toBeGreaterThan(0);
  expect(stage.parts.size).toBe(0);
  await expectContent(record);
});

test('a pause by signal keeps everything', async () => {
  const controller = new AbortController();
  ada.transport.mutator = async (request, send) => {
    if (isPart(request)) controller.abort(new Error('paused'));
    return await send();
  };
  await expect(
    ada.device.records.add({
      room,
      source: fileOf('film.bin', file, '/films/paused'),
      signal: controller.signal,
    }),
  ).rejects.toThrow();
  ada.transport.mutator = undefined;
  const [pending] = await ada.device.records.pending();
  const added = await ada.device.records.resume({
    upload: pending?.upload ?? '',
    source: fileOf('film.bin', file, '/films/paused'),
  });
  await expectContent(added.record);
  expect(stage.parts.size).toBe(0);
});

test('giving an upload up removes what waits', async () => {
  await breakAfter(1, '/films/given-up');
  const [pending] = await ada.device.records.pending();
  expect(stage.parts.size).toBeGreaterThan(0);
  await ada.device.records.abandon(pending?.upload ?? '');
  expect(stage.parts.size).toBe(0);
  expect(await ada.device.records.pending()).toEqual([]);
});

test.each([
  'no room by the estimate',
  'no room beside what waits already',
  'a disk that fills up on the way',
  'a stage that fails',
])('%s: the upload goes on from memory, and needs its file after a cut', async (fault) => {
  if (fault === 'no room by the estimate') stage.freeBytes = 1_000_000;
  if (fault === 'no room beside what waits already') stage.otherBytes = 4_294_967_296 - 1_000_000;
  let writes = 0;
  stage.onStep = (name) => {
    if (name !== 'stage.write') return;
    writes += 1;
    if (fault.startsWith('a stage') || (fault.startsWith('a disk') && writes > 1))
      throw new DOMException('quota', 'QuotaExceededError');
  };
  await breakAfter(1, `/films/${fault}`);
  const [pending] = await ada.device.records.pending();
  expect(pending).toMatchObject({ isStaged: false, needsSource: true });
  if (fault.startsWith('no room')) expect(writes).toBe(0);
  await expect(ada.device.records.resume({ upload: pending?.upload ?? '' })).rejects.toMatchObject({
    code: 'SOURCE_NEEDED',
  });
  const source = fileOf('film.bin', file, `/films/${fault}`);
  const added = await ada.device.records.resume({ upload: pending?.upload ?? '', source });
  await expectContent(added.record);
  expect(stage.parts.size).toBe(0);
});

test.each(['changed', 'cut short', 'gone', 'exchanged'])(
  'staged bytes that were %s are never sent, and never become a wrong file',
  async (fault) => {
    await breakAfter(0, `/films/${fault}`);
    const [pending] = await ada.device.records.pending();
    const upload = pending?.upload ?? '';
    const key = `${upload}/1`;
    const bytes = stage.parts.get(key) ?? new Uint8Array(0);
    if (fault === 'changed') bytes[5_000] = (bytes[5_000] ?? 0) ^ 1;
    if (fault === 'cut short') stage.parts.set(key, bytes.subarray(0, bytes.length - 1));
    if (fault === 'gone') stage.parts.delete(key);
    if (fault === 'exchanged') stage.parts.set(key, stage.parts.get(`${upload}/0`) ?? bytes);
    ada.transport.sent.length = 0;
    await expect(ada.device.records.resume({ upload })).rejects.toMatchObject({ code: 'SOURCE_NEEDED' });
    expect(ada.transport.sent.some((request) => isPart(request) && request.path.endsWith('/1'))).toBe(false);
    expect((await ada.device.records.pending())[0]).toMatchObject({ isStaged: false, needsSource: true });
    const added = await ada.device.records.resume({
      upload,
      source: fileOf('film.bin', file, `/films/${fault}`),
    });
    await expectContent(added.record);
    expect(stage.parts.size).toBe(0);
  },
);

test('somebody saved other content meanwhile: without the file there is nothing to put beside it, so it is asked for', async () => {
  const { record } = await ada.device.records.add({ room, source: fileOf('a.txt', contentOf(100, 1)) });
  ada.transport.mutator = async (request, send) => {
    if (request.path.endsWith('/versions')) throw new TypeError('connection reset');
    return await send();
  };
  const source = fileOf('film.bin', file, '/films/conflict');
  await expect(ada.device.records.addVersion({ record, base: 1, source })).rejects.toMatchObject({
    code: 'SERVER_UNREACHABLE',
  });
  ada.transport.mutator = undefined;
  await ada.open();
  const other = await ada.device.records.addVersion({
    record,
    base: 1,
    source: fileOf('b.txt', contentOf(50, 2)),
  });
  expect(other).toMatchObject({ record, version: 2 });
  const [pending] = await ada.device.records.pending();
  await expect(ada.device.records.resume({ upload: pending?.upload ?? '' })).rejects.toMatchObject({
    code: 'SOURCE_NEEDED',
  });
  const [next] = await ada.device.records.pending();
  expect(next).toMatchObject({ needsSource: true, name: 'film.bin' });
  expect(next?.upload).not.toBe(pending?.upload);
  const added = await ada.device.records.resume({ upload: next?.upload ?? '', source });
  expect(added.conflictOf).toBe(record);
  await expectContent(added.record);
});

/** One upload whose process dies at its n-th step, before or after the step was done. Answers whether it came that far. */
async function killAt(step: number, when: 'before' | 'after'): Promise<boolean> {
  let steps = 0;
  let isDead = false;
  const fail = (): never => {
    isDead = true;
    throw new TypeError('killed');
  };
  const count = (): boolean => {
    if (isDead) fail();
    steps += 1;
    return steps === step;
  };
  const { storage } = ada;
  const write = storage.write.bind(storage);
  storage.write = async (key, bytes) => {
    const isHere = count();
    if (isHere && when === 'before') fail();
    await write(key, bytes);
    if (isHere) fail();
  };
  stage.onStep = () => {
    if (count()) fail();
  };
  ada.transport.mutator = async (request, send) => {
    const isHere = isPart(request) || request.path.endsWith('/versions') ? count() : isDead && fail();
    if (isHere && when === 'before') fail();
    const answer = await send();
    if (isHere) fail();
    return answer;
  };
  const path = `/films/${when}-${step}`;
  const source = fileOf(`${when}-${step}`, small, path);
  try {
    await ada.device.records.add({ room, source });
  } catch {
    // Whatever the death looked like from inside: what counts is what is left.
  }
  Reflect.deleteProperty(storage, 'write');
  stage.onStep = () => undefined;
  ada.transport.mutator = undefined;
  await ada.open();
  const pending = (await ada.device.records.pending()).find((each) => each.path === path);
  const added =
    pending?.isStaged === true
      ? await ada.device.records.resume({ upload: pending.upload })
      : pending === undefined
        ? undefined
        : await ada.device.records.resume({ upload: pending.upload, source });
  const rows = (await ada.device.records.list({ room })).filter(({ name }) => name === source.name);
  // Before the journal there is nothing; after it there is exactly one.
  expect(rows.length).toBe(added === undefined && rows.length === 0 ? 0 : 1);
  for (const { record } of rows) await expectContent(record, small);
  expect((await ada.device.records.pending()).filter((each) => each.path === path)).toEqual([]);
  expect(stage.parts.size).toBe(0);
  return steps >= step;
}

test.each(['before', 'after'] as const)(
  'killed %s any of its steps, an upload is finished and right',
  async (when) => {
    let step = 1;
    while (await killAt(step, when)) step += 1;
    expect(step).toBeGreaterThan(12);
  },
  240_000,
);
