/**
 * A document between the device and the archive. It may go on only when it was verified whole, so it waits: in memory, or, where it
 * is large, in a file without a name that is sealed under a key of this process alone, and so is never on the disk in plain.
 */
import { createHash } from 'node:crypto';
import { open, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import {
  assert,
  concatBytes,
  createFloeOpener,
  createFloeSealer,
  encodeUtf8,
  floeParameters,
  floeSegmentPlaintextSizeBytes,
} from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import type { ByteSink } from '@strongroom/device';
import { failWriting } from '../files/write-failure.ts';

const memoryBytesMax = 8 * 2 ** 20;
const aad = encodeUtf8('strongroom/export/spool/v1');

/** What waits. */
export interface Spool extends ByteSink {
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Its bytes, once it was committed. */
  read(): AsyncIterable<Uint8Array>;
  /** Forgets it. */
  close(): Promise<void>;
}

/** Begins one. @throws DependencyError DISK_FULL, FILE_UNWRITABLE, from here on from `write` and `commit` too */
export async function createSpool(options: {
  readonly engine: Engine;
  readonly folder: string;
  readonly token: string;
  readonly expectedBytes: number;
}): Promise<Spool> {
  const held = options.expectedBytes <= memoryBytesMax ? holdInMemory() : await holdInFile(options);
  const hash = createHash('sha256');
  let sizeBytes = 0;
  let sha256 = '';
  let state: 'open' | 'whole' | 'closed' = 'open';
  const close = async (): Promise<void> => {
    if (state === 'closed') return;
    state = 'closed';
    await held.close();
  };
  return {
    get sizeBytes() {
      return sizeBytes;
    },
    get sha256() {
      return sha256;
    },
    async write(bytes) {
      hash.update(bytes);
      sizeBytes += bytes.length;
      await held.write(bytes);
    },
    async commit() {
      await held.end();
      sha256 = hash.digest('hex');
      state = 'whole';
    },
    abort: close,
    read() {
      assert(state === 'whole', 'a document goes on only after it was verified');
      return held.read();
    },
    close,
  };
}

interface Held {
  write(bytes: Uint8Array): Promise<void>;
  end(): Promise<void>;
  read(): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

function holdInMemory(): Held {
  const chunks: Uint8Array[] = [];
  return {
    write: async (bytes) => void chunks.push(bytes.slice()),
    end: async () => undefined,
    async *read() {
      yield* chunks;
    },
    close: async () => void (chunks.length = 0),
  };
}

async function holdInFile(options: {
  readonly engine: Engine;
  readonly folder: string;
  readonly token: string;
}): Promise<Held> {
  const { engine, folder, token } = options;
  const path = join(folder, `.strongroom-${token}.part`);
  const file = await open(path, 'wx+', 0o600).catch((cause: unknown) => failWriting(cause, folder));
  await unlink(path);
  const fileKey = engine.randomBytes(32);
  const sealer = createFloeSealer(engine, { fileKey, aad });
  const output = new Uint8Array(floeParameters.segmentSizeBytes);
  let waiting: Uint8Array = new Uint8Array(0);
  let segments = 0;
  let lastBytes = 0;
  const seal = async (plaintext: Uint8Array, isLast: boolean): Promise<void> => {
    const sealed = await sealer.sealSegment({ index: segments, plaintext, isLast, output });
    await file.writeFile(sealed).catch((cause: unknown) => failWriting(cause, folder));
    segments += 1;
    lastBytes = sealed.length;
  };
  return {
    async write(bytes) {
      waiting = concatBytes(waiting, bytes);
      let at = 0;
      // The last segment is known only at the end, so a whole one always waits.
      for (; waiting.length - at > floeSegmentPlaintextSizeBytes; at += floeSegmentPlaintextSizeBytes)
        await seal(waiting.subarray(at, at + floeSegmentPlaintextSizeBytes), false);
      waiting = waiting.slice(at);
    },
    async end() {
      await seal(waiting, true);
      waiting.fill(0);
    },
    async *read() {
      const opener = createFloeOpener(engine, { fileKey, aad, header: sealer.header });
      const segment = new Uint8Array(floeParameters.segmentSizeBytes);
      for (let index = 0; index < segments; index += 1) {
        const isLast = index === segments - 1;
        const sealed = segment.subarray(0, isLast ? lastBytes : segment.length);
        await readFull(file, sealed, index * segment.length);
        yield (await opener.openSegment({ index, segment: sealed, isLast })).slice();
      }
    },
    close: async () => {
      fileKey.fill(0);
      await file.close();
    },
  };
}

async function readFull(file: FileHandle, into: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < into.length;) {
    const { bytesRead } = await file.read(into, done, into.length - done, at + done);
    assert(bytesRead > 0, 'a file without a name is as long as it was written');
    done += bytesRead;
  }
}
