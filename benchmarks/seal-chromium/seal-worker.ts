/** Runs in a module worker of the browser: FLOE from one private file to another, four segments in flight, by the web engine. */
import {
  createFloeSealer,
  createSegmentRunner,
  createWebEngine,
  floeParameters,
  floeSizes,
  getFloeLayout,
  getFloeSegmentPlace,
} from '@strongroom/core';
import type { SegmentTask } from '@strongroom/core';

export interface ChromiumOrder {
  readonly way: 'floe' | 'floe-leaves' | 'one-shot';
  readonly sizeBytes: number;
}

export interface ChromiumReport {
  readonly sealMs: number;
  readonly openMs: number;
  readonly isEqual: boolean;
  readonly error?: string;
}

// The part of the browser's private file system that is used; benchmarks are checked without the browser's types.
type AccessHandle = {
  read(bytes: Uint8Array, options: { readonly at: number }): number;
  write(bytes: Uint8Array, options: { readonly at: number }): number;
  truncate(size: number): void;
  close(): void;
};
type FileHandle = { createSyncAccessHandle(): Promise<AccessHandle> };
type Folder = {
  getFileHandle(name: string, options: { readonly create: boolean }): Promise<FileHandle>;
};
type WorkerScope = {
  readonly navigator: { readonly storage: { getDirectory(): Promise<Folder> } };
  addEventListener(type: 'message', listen: (event: { readonly data: ChromiumOrder }) => void): void;
  postMessage(report: ChromiumReport): void;
};

const scope = globalThis as unknown as WorkerScope;
const engine = createWebEngine();
const segmentsInFlight = 4;
const key = engine.randomBytes(32);
const aad = engine.randomBytes(32);

async function openFile(name: string): Promise<AccessHandle> {
  const folder = await scope.navigator.storage.getDirectory();
  return await (await folder.getFileHandle(name, { create: true })).createSyncAccessHandle();
}

type LaneMemory = { readonly input: Uint8Array; readonly output: Uint8Array };

function newSegmentBytes(): Uint8Array {
  return new Uint8Array(floeParameters.segmentSizeBytes);
}

async function eachSegment(
  sizeBytes: number,
  work: (place: ReturnType<typeof getFloeSegmentPlace>, memory: LaneMemory) => Promise<void>,
): Promise<void> {
  const layout = getFloeLayout(sizeBytes);
  let next = 0;
  async function runLane(): Promise<void> {
    const memory = { input: newSegmentBytes(), output: newSegmentBytes() };
    while (next < layout.segmentCount) await work(getFloeSegmentPlace(layout, next++), memory);
  }
  await Promise.all(Array.from({ length: segmentsInFlight }, runLane));
}

async function sealFile(sizeBytes: number, hasLeaves: boolean): Promise<Uint8Array[]> {
  const { header } = createFloeSealer(engine, { fileKey: key, aad });
  const runner = createSegmentRunner(engine);
  const leaves: Uint8Array[] = [];
  const [input, output] = [await openFile('plain'), await openFile('sealed')];
  output.truncate(0);
  output.write(header, { at: 0 });
  const kind: SegmentTask['kind'] = hasLeaves ? 'seal-with-leaf' : 'seal';
  await eachSegment(sizeBytes, async ({ index, isLast, ...place }, memory) => {
    const plaintext = memory.input.subarray(0, place.plaintextSizeBytes);
    input.read(plaintext, { at: place.plaintextOffset });
    const task = { kind, key, header, aad, index, isLast, input: plaintext, output: memory.output };
    const { bytes, leaf } = await runner.run(task);
    if (leaf !== undefined) leaves[index] = leaf;
    output.write(bytes, { at: place.storedOffset });
  });
  input.close();
  output.close();
  return leaves;
}

async function openSealed(sizeBytes: number, leaves: readonly Uint8Array[]): Promise<void> {
  const runner = createSegmentRunner(engine);
  const header = new Uint8Array(floeSizes.header);
  const [input, output] = [await openFile('sealed'), await openFile('opened')];
  output.truncate(0);
  input.read(header, { at: 0 });
  await eachSegment(sizeBytes, async ({ index, isLast, ...place }, memory) => {
    const stored = memory.input.subarray(0, place.storedSizeBytes);
    input.read(stored, { at: place.storedOffset });
    const leaf = leaves[index];
    const task = { key, header, aad, index, isLast, input: stored, output: memory.output };
    const { bytes } = await runner.run(
      leaf === undefined ? { ...task, kind: 'open' } : { ...task, kind: 'open-under-leaf', leaf },
    );
    output.write(bytes, { at: place.plaintextOffset });
  });
  input.close();
  output.close();
}

/** The whole file as one message: what a page does that does not think about memory. */
async function runAtOnce(
  action: 'encrypt' | 'decrypt',
  from: string,
  to: string,
  sizeBytes: number,
): Promise<void> {
  const imported = await crypto.subtle.importKey('raw', key as Uint8Array<ArrayBuffer>, 'AES-GCM', false, [
    action,
  ]);
  const [input, output] = [await openFile(from), await openFile(to)];
  const bytes = new Uint8Array(sizeBytes + (action === 'decrypt' ? 16 : 0));
  input.read(bytes, { at: 0 });
  const algorithm = { name: 'AES-GCM', iv: new Uint8Array(12) };
  output.truncate(0);
  output.write(new Uint8Array(await crypto.subtle[action](algorithm, imported, bytes)), { at: 0 });
  input.close();
  output.close();
}

async function writePlain(sizeBytes: number): Promise<void> {
  const file = await openFile('plain');
  const block = new Uint8Array(65_536);
  for (let at = 0; at < sizeBytes; at += block.length) file.write(crypto.getRandomValues(block), { at });
  file.truncate(sizeBytes);
  file.close();
}

async function compareFiles(sizeBytes: number): Promise<boolean> {
  const [left, right] = [await openFile('plain'), await openFile('opened')];
  const one = new Uint8Array(2 ** 20);
  const other = new Uint8Array(2 ** 20);
  let isEqual = true;
  for (let at = 0; at < sizeBytes; at += one.length) {
    isEqual &&= left.read(one, { at }) === right.read(other, { at });
    isEqual &&= one.every((byte, index) => byte === other[index]);
  }
  left.close();
  right.close();
  return isEqual;
}

let isPlainThere = false;

async function runOrder({ way, sizeBytes }: ChromiumOrder): Promise<ChromiumReport> {
  const mustCompare = !isPlainThere || sizeBytes < 2 ** 24;
  if (!isPlainThere) await writePlain(sizeBytes);
  isPlainThere = true;
  let leaves: readonly Uint8Array[] = [];
  const startedAt = performance.now();
  if (way === 'one-shot') await runAtOnce('encrypt', 'plain', 'sealed', sizeBytes);
  else leaves = await sealFile(sizeBytes, way === 'floe-leaves');
  const sealedAt = performance.now();
  if (way === 'one-shot') await runAtOnce('decrypt', 'sealed', 'opened', sizeBytes);
  else await openSealed(sizeBytes, leaves);
  const openedAt = performance.now();
  const isEqual = mustCompare ? await compareFiles(sizeBytes) : true;
  return { sealMs: sealedAt - startedAt, openMs: openedAt - sealedAt, isEqual };
}

scope.addEventListener('message', ({ data }) => {
  runOrder(data).then(
    (report) => scope.postMessage(report),
    (error: unknown) => scope.postMessage({ sealMs: 0, openMs: 0, isEqual: false, error: String(error) }),
  );
});
