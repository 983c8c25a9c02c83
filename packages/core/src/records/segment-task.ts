/**
 * The work on one body segment, cut so that a worker can do it: seal and hash, or check the hash and open. Key, header and
 * position are all it needs. What a pool runs and what the calling thread runs without one is the same function.
 */
import { assertBytes, isEqualConstantTime, wipeBytes } from '../bytes/index.ts';
import type { Engine } from '../engine/index.ts';
import { IntegrityError } from '../errors/index.ts';
import { createFloeOpener, resumeFloeSealer } from '../floe/index.ts';
import type { FloeEngine } from '../floe/index.ts';
import { hashSegmentLeafAsync } from './segment-tree.ts';

/** One segment of a body. */
export interface SegmentTask {
  /** With leaf: the stored segment is hashed as well. Under leaf: its hash is compared before anything is decrypted. */
  readonly kind: 'seal' | 'seal-with-leaf' | 'open' | 'open-under-leaf';
  /** The FLOE file key (32 bytes). */
  readonly key: Uint8Array;
  /** The FLOE header (74 bytes). */
  readonly header: Uint8Array;
  readonly aad: Uint8Array;
  readonly index: number;
  readonly isLast: boolean;
  /** The padded plaintext, or the stored segment. Nobody may change it before the answer. */
  readonly input: Uint8Array;
  /** The hash under the signed root, for `open-under-leaf`. */
  readonly leaf?: Uint8Array;
  /** Where the answer goes; it must not overlap the input. Absent: new memory. */
  readonly output?: Uint8Array;
}

/** What came of a segment. */
export interface SegmentResult {
  /** The stored segment, or the padded plaintext. */
  readonly bytes: Uint8Array;
  /** The hash of the stored segment, for `seal-with-leaf`. */
  readonly leaf?: Uint8Array;
}

/** Workers for segments. */
export interface SegmentPool {
  /** How many tasks may usefully be in flight. */
  readonly width: number;
  /** @throws CryptoError DECRYPT_FAILED; IntegrityError PROOF_INVALID; DependencyError ENGINE_FAILED for a worker that died */
  readonly run: (task: SegmentTask) => Promise<SegmentResult>;
}

/** Does tasks on the thread that calls it. */
export interface SegmentRunner {
  /** @throws CryptoError DECRYPT_FAILED; IntegrityError PROOF_INVALID */
  readonly run: (task: SegmentTask) => Promise<SegmentResult>;
  /** Drops the keys that are kept. */
  readonly forget: () => void;
}

type SegmentEngine = FloeEngine & Pick<Engine, 'sha256Async'>;

/** A runner that keeps the keys of the body it saw last, so that they are not derived anew for each segment. */
export function createSegmentRunner(engine: SegmentEngine): SegmentRunner {
  let last: (BodyKey & { readonly work: SegmentPool['run'] }) | undefined;

  function forget(): void {
    wipeBytes(last?.key);
    last = undefined;
  }

  async function run(task: SegmentTask): Promise<SegmentResult> {
    if (last === undefined || !isSameBody(last, task)) {
      const { kind, key, header, aad } = task;
      const work = kind.startsWith('seal') ? prepareSealing(engine, task) : prepareOpening(engine, task);
      forget();
      last = { kind, key: key.slice(), header: header.slice(), aad: aad.slice(), work };
    }
    return await last.work(task);
  }

  return { run, forget };
}

type BodyKey = Pick<SegmentTask, 'kind' | 'key' | 'header' | 'aad'>;

function prepareSealing(engine: SegmentEngine, body: BodyKey): SegmentPool['run'] {
  const { sealSegment } = resumeFloeSealer(engine, { fileKey: body.key, aad: body.aad, header: body.header });
  return async ({ kind, index, isLast, input, output }) => {
    const bytes = await sealSegment({ index, isLast, plaintext: input, ...(output && { output }) });
    return kind === 'seal' ? { bytes } : { bytes, leaf: await hashSegmentLeafAsync(engine, bytes) };
  };
}

function prepareOpening(engine: SegmentEngine, body: BodyKey): SegmentPool['run'] {
  const { openSegment } = createFloeOpener(engine, { fileKey: body.key, aad: body.aad, header: body.header });
  return async ({ kind, index, isLast, input, leaf, output }) => {
    if (kind === 'open-under-leaf') {
      assertBytes(leaf, 'leaf', 32);
      if (!isEqualConstantTime(await hashSegmentLeafAsync(engine, input), leaf))
        throw new IntegrityError('PROOF_INVALID', { name: 'segment' });
    }
    return { bytes: await openSegment({ index, isLast, segment: input, ...(output && { output }) }) };
  };
}

function isSameBody(one: BodyKey, other: BodyKey): boolean {
  return (
    one.kind === other.kind &&
    isEqualConstantTime(one.key, other.key) &&
    isEqualConstantTime(one.header, other.header) &&
    isEqualConstantTime(one.aad, other.aad)
  );
}
