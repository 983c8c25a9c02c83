/**
 * The work on one body segment, cut so that a worker can do it: seal and hash, or check the hash and open. Key, header and
 * position are all it needs. What a pool runs and what the calling thread runs without one is the same function.
 */
import { isEqualConstantTime, wipeBytes } from '../bytes/index.ts';
import type { Engine } from '../engine/index.ts';
import { IntegrityError } from '../errors/index.ts';
import { createFloeOpener, resumeFloeSealer } from '../floe/index.ts';
import type { FloeEngine } from '../floe/index.ts';
import { hashSegmentLeafAsync } from './segment-tree.ts';

/** One segment of a body. */
export interface SegmentTask {
  readonly kind: 'seal' | 'open';
  /** The FLOE file key (32 bytes). */
  readonly key: Uint8Array;
  /** The FLOE header (74 bytes). */
  readonly header: Uint8Array;
  readonly aad: Uint8Array;
  readonly index: number;
  readonly isLast: boolean;
  /** The padded plaintext, or the stored segment. Nobody may change it before the answer. */
  readonly input: Uint8Array;
  /** For opening: the hash under the signed root, compared before anything is decrypted. Absent where it was compared already. */
  readonly leaf?: Uint8Array;
  /** Where the answer goes; it must not overlap the input. Absent: new memory. */
  readonly output?: Uint8Array;
}

/** What came of a segment. */
export interface SegmentResult {
  /** The stored segment, or the padded plaintext. */
  readonly bytes: Uint8Array;
  /** The hash of the stored segment; absent where opening was asked for without one. */
  readonly leaf?: Uint8Array;
}

/** Workers for segments. */
export interface SegmentPool {
  /** How many tasks may usefully be in flight. */
  readonly width: number;
  /** @throws CryptoError DECRYPT_FAILED; IntegrityError PROOF_INVALID; DependencyError ENGINE_FAILED for a worker that died */
  run(task: SegmentTask): Promise<SegmentResult>;
}

/** Does tasks on the thread that calls it. */
export interface SegmentRunner {
  /** @throws CryptoError DECRYPT_FAILED; IntegrityError PROOF_INVALID */
  run(task: SegmentTask): Promise<SegmentResult>;
  /** Drops the keys that are kept. */
  forget(): void;
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
      const work = task.kind === 'seal' ? prepareSealing(engine, task) : prepareOpening(engine, task);
      forget();
      last = {
        kind: task.kind,
        key: task.key.slice(),
        header: task.header.slice(),
        aad: task.aad.slice(),
        work,
      };
    }
    return await last.work(task);
  }

  return { run, forget };
}

type BodyKey = Pick<SegmentTask, 'kind' | 'key' | 'header' | 'aad'>;

function prepareSealing(engine: SegmentEngine, body: BodyKey): SegmentPool['run'] {
  const { sealSegment } = resumeFloeSealer(engine, { fileKey: body.key, aad: body.aad, header: body.header });
  return async ({ index, isLast, input, output }) => {
    const bytes = await sealSegment({
      index,
      isLast,
      plaintext: input,
      ...(output === undefined ? {} : { output }),
    });
    return { bytes, leaf: await hashSegmentLeafAsync(engine, bytes) };
  };
}

function prepareOpening(engine: SegmentEngine, body: BodyKey): SegmentPool['run'] {
  const { openSegment } = createFloeOpener(engine, { fileKey: body.key, aad: body.aad, header: body.header });
  return async ({ index, isLast, input, leaf, output }) => {
    const found = leaf === undefined ? undefined : await hashSegmentLeafAsync(engine, input);
    if (leaf !== undefined && found !== undefined && !isEqualConstantTime(found, leaf))
      throw new IntegrityError('PROOF_INVALID', { name: 'segment' });
    const bytes = await openSegment({
      index,
      isLast,
      segment: input,
      ...(output === undefined ? {} : { output }),
    });
    return { bytes, ...(found === undefined ? {} : { leaf: found }) };
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
