/** FLOE's published known answers: pairs `<name>_ct.txt`, `<name>_pt.txt` in hexadecimal; key 32 zero bytes, AAD `This is AAD`. */
import { createFloeOpener, createFloeSealer, createWebEngine, decodeU32, encodeUtf8, floeSizes } from '@strongroom/core';
import type { FloeEngine, FloeParameters } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import type { VectorFile, VectorFormat, VectorResult } from './format.ts';
import { fromHex, isSame, readText } from './read-vectors.ts';

const fileKey = new Uint8Array(32);
const aad = encodeUtf8('This is AAD');

export const floeFormat: VectorFormat = {
  name: 'FLOE known answers',
  recognise: (file) => /_(ct|pt)\.txt$/.test(file.path),
  async run(file, all) {
    if (file.path.endsWith('_pt.txt')) {
      if (!all.has(file.path.replace(/_pt\.txt$/, '_ct.txt'))) throw new Error('plaintext without ciphertext');
      return undefined;
    }
    const plain = all.get(file.path.replace(/_ct\.txt$/, '_pt.txt'));
    if (plain === undefined) throw new Error('ciphertext without plaintext');
    const failures: string[] = [];
    const engines: readonly (readonly [string, FloeEngine])[] = [
      ['node', createNodeEngine()],
      ['web', createWebEngine()],
    ];
    for (const [name, engine] of engines) {
      // oxlint-disable-next-line no-await-in-loop -- one engine after the other, for readable failures
      if (!(await isKnownAnswer(engine, file, plain))) failures.push(name);
    }
    const result: VectorResult = { passed: failures.length === 0 ? 1 : 0, skipped: 0, failures };
    return result;
  },
};

/**
 * Opens every segment, the last first; then seals with the vector's iv and nonces and compares. An altered AAD, a cut
 * and a wrong place are refused.
 */
async function isKnownAnswer(engine: FloeEngine, file: VectorFile, plain: VectorFile): Promise<boolean> {
  const stored = fromHex(readText(file).trim());
  const expected = fromHex(readText(plain).trim());
  const header = stored.subarray(0, floeSizes.header);
  const segmentSizeBytes = decodeU32(header, 2);
  const parameters: FloeParameters = { segmentSizeBytes, rotationBits: file.path.includes('rotation') ? 2 : 20 };
  const opener = createFloeOpener(engine, { fileKey, aad, header }, parameters);
  const segments = splitSegments(stored, segmentSizeBytes);
  const last = segments.length - 1;
  const opened = await Promise.all(
    segments.map((segment, index) => opener.openSegment({ index, segment, isLast: index === last })),
  );
  if (!isSame(Uint8Array.from(opened.flatMap((part) => [...part])), expected)) return false;

  const random = [header.slice(10, 42), ...segments.map((segment) => segment.slice(4, 16))];
  const replaying: FloeEngine = { ...engine, randomBytes: () => random.shift() ?? new Uint8Array(0) };
  const sealer = createFloeSealer(replaying, { fileKey, aad }, parameters);
  if (!isSame(sealer.header, header)) return false;
  for (const [index, plaintext] of opened.entries()) {
    // oxlint-disable-next-line no-await-in-loop -- the replayed nonces are taken in order
    const sealed = await sealer.sealSegment({ index, plaintext, isLast: index === last });
    if (!isSame(sealed, segments[index] ?? new Uint8Array(0))) return false;
  }

  const tail = segments[last] ?? new Uint8Array(0);
  return (
    isRefusedNow(() => createFloeOpener(engine, { fileKey, aad: encodeUtf8('other'), header }, parameters)) &&
    (await isRefused(opener.openSegment({ index: last + 1, segment: tail, isLast: true }))) &&
    (await isRefused(opener.openSegment({ index: last, segment: tail, isLast: false }))) &&
    (await isRefused(opener.openSegment({ index: last, segment: tail.subarray(1), isLast: true })))
  );
}

function splitSegments(stored: Uint8Array, segmentSizeBytes: number): Uint8Array[] {
  const segments: Uint8Array[] = [];
  for (let offset = floeSizes.header; offset < stored.length; ) {
    const size = decodeU32(stored, offset) === 0xffffffff ? segmentSizeBytes : decodeU32(stored, offset);
    segments.push(stored.subarray(offset, offset + size));
    offset += size;
  }
  return segments;
}

async function isRefused(opening: Promise<Uint8Array>): Promise<boolean> {
  return await opening.then(
    () => false,
    () => true,
  );
}

function isRefusedNow(open: () => unknown): boolean {
  try {
    open();
    return false;
  } catch {
    // The refusal that is asked for.
    return true;
  }
}
