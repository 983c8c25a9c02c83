/**
 * One sealed file: a prefix, the file key's box, FLOE segments (docs/spec/backup.md section 4). Written under a name of its own,
 * made durable, renamed: what has its name is whole.
 */
import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  createFloeOpener,
  createFloeSealer,
  CryptoError,
  encodeBackupPlace,
  encodeHex,
  encodeUtf8,
  engineSizes,
  floeParameters,
  floeSegmentPlaintextSizeBytes,
  floeSizes,
  isEqualConstantTime,
  openBackupKey,
  sealBackupKey,
  wipeBytes,
} from '@strongroom/core';
import type { BackupPlace, Engine } from '@strongroom/core';
import { inTarget, partialPrefix } from './layout.ts';

const prefix = encodeUtf8('strongroom/backup/v1\n');
const boxSize = engineSizes.hpkeEncapsulation + 32 + engineSizes.gcmTag;
const frontSize = prefix.length + boxSize + floeSizes.header;

/** What was written. */
export type SealedFile = { readonly path: string; readonly sha256: string; readonly sizeBytes: number };

/** Seals `source` into `place.path` of the target. `onBytes` hears of plaintext bytes as they are written. */
export async function sealFile(
  engine: Engine,
  options: {
    readonly source: FileHandle;
    readonly target: string;
    readonly place: BackupPlace;
    /** Where it is written, if its folder has another name until the whole is finished. */
    readonly storedPath?: string;
    readonly recovery: Uint8Array;
    readonly signal: AbortSignal;
    readonly onBytes?: (bytes: number) => void;
  },
): Promise<SealedFile> {
  const { source, target, place, recovery, signal } = options;
  const path = inTarget(target, options.storedPath ?? place.path);
  const partial = join(dirname(path), `${partialPrefix}${basename(path)}`);
  const fileKey = engine.randomBytes(32);
  const box = await sealBackupKey(engine, { recovery, place, fileKey });
  const sealer = createFloeSealer(engine, { fileKey, aad: engine.sha256(encodeBackupPlace(place)) });
  wipeBytes(fileKey);
  const hash = createHash('sha256');
  let sizeBytes = 0;
  await rm(partial, { force: true });
  const file = await open(partial, 'wx', 0o600);
  try {
    const write = async (bytes: Uint8Array): Promise<void> => {
      hash.update(bytes);
      await writeAll(file, bytes);
      sizeBytes += bytes.length;
    };
    for (const bytes of [prefix, box, sealer.header]) await write(bytes);
    // One segment ahead, to know which one is the last.
    let [held, next] = [
      new Uint8Array(floeSegmentPlaintextSizeBytes),
      new Uint8Array(floeSegmentPlaintextSizeBytes),
    ];
    const output = new Uint8Array(floeParameters.segmentSizeBytes);
    let length = await readFull(source, held);
    for (let index = 0; ; index += 1) {
      signal.throwIfAborted();
      const following = length === held.length ? await readFull(source, next) : 0;
      const isLast = following === 0;
      await write(await sealer.sealSegment({ index, plaintext: held.subarray(0, length), isLast, output }));
      options.onBytes?.(length);
      if (isLast) break;
      [held, next, length] = [next, held, following];
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(partial, path);
  return { path: place.path, sha256: hash.digest('hex'), sizeBytes };
}

/**
 * Opens a sealed file segment by segment; what `onSegment` gets is authentic, and the last call says so.
 * @throws CryptoError DECRYPT_FAILED
 */
export async function openSealedFile(
  engine: Engine,
  options: {
    readonly target: string;
    readonly place: BackupPlace;
    readonly recoverySeed: Uint8Array;
    readonly onSegment: (bytes: Uint8Array) => Promise<void> | void;
  },
): Promise<void> {
  const { target, place, recoverySeed, onSegment } = options;
  const file = await open(inTarget(target, place.path), 'r');
  try {
    const { size } = await file.stat();
    const front = new Uint8Array(frontSize);
    const isWhole = (await readFull(file, front)) === frontSize && size > frontSize;
    if (!isWhole || !isEqualConstantTime(front.subarray(0, prefix.length), prefix))
      throw new CryptoError('DECRYPT_FAILED');
    const box = front.slice(prefix.length, prefix.length + boxSize);
    const fileKey = await openBackupKey(engine, { recoverySeed, place, box });
    const aad = engine.sha256(encodeBackupPlace(place));
    const opener = createFloeOpener(engine, { fileKey, aad, header: front.slice(-floeSizes.header) });
    wipeBytes(fileKey);
    const segment = new Uint8Array(floeParameters.segmentSizeBytes);
    let left = size - frontSize;
    for (let index = 0; left > 0; index += 1) {
      const isLast = left <= segment.length;
      const length = await readFull(file, isLast ? segment.subarray(0, left) : segment);
      await onSegment(await opener.openSegment({ index, segment: segment.subarray(0, length), isLast }));
      left -= length;
      if (length === 0) throw new CryptoError('DECRYPT_FAILED');
    }
  } finally {
    await file.close();
  }
}

/** A small sealed file as a whole. @throws CryptoError DECRYPT_FAILED */
export async function readSealedFile(
  engine: Engine,
  options: { readonly target: string; readonly place: BackupPlace; readonly recoverySeed: Uint8Array },
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  await openSealedFile(engine, { ...options, onSegment: (bytes) => void parts.push(bytes.slice()) });
  return new Uint8Array(Buffer.concat(parts));
}

/** SHA-256 of a file, in hexadecimal. */
export async function hashFile(
  path: string,
  signal: AbortSignal,
  onBytes?: (bytes: number) => void,
): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'r');
  try {
    const chunk = new Uint8Array(floeParameters.segmentSizeBytes);
    for (;;) {
      signal.throwIfAborted();
      const length = await readFull(file, chunk);
      if (length === 0) return encodeHex(new Uint8Array(hash.digest()));
      hash.update(chunk.subarray(0, length));
      onBytes?.(length);
    }
  } finally {
    await file.close();
  }
}

/** Makes names in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function readFull(file: FileHandle, into: Uint8Array): Promise<number> {
  let done = 0;
  while (done < into.length) {
    const { bytesRead } = await file.read(into, done, into.length - done, null);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, null);
    done += bytesWritten;
  }
}
