/**
 * A disaster copy on the disk: a sealed file, and its key's box in two sectors (docs/spec/warden.md section 13). Invariant: after
 * `writeCopy` has answered, no earlier copy opens with what lies in the two folders; after a crash inside, one whole copy does.
 */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createFloeOpener,
  createFloeSealer,
  CryptoError,
  encodeBackupPlace,
  encodeUtf8,
  engineSizes,
  floeParameters,
  floeSegmentPlaintextSizeBytes,
  floeSizes,
  InputError,
  IntegrityError,
  isEqualConstantTime,
  openBackupKey,
  sealBackupKey,
  wipeBytes,
} from '@strongroom/core';
import type { BackupPlace, FirmId } from '@strongroom/core';
import type { NodeEngine } from '@strongroom/core/node';
import {
  findFileBytes,
  listFiles,
  onDisk,
  syncDirectory,
  wipeFiles,
  writeFully,
} from '../storage/durable-files.ts';
import { openStateKeyFile } from '../storage/state-key-file.ts';
import type { SectorFormat } from '../storage/state-key-file.ts';
import type { FaultPoints } from '../test-control/fault-points.ts';
import type { CopyFaultPoint } from '../warden-fault-points.ts';
import type { CopySettings } from './copy-settings.ts';

const prefix = encodeUtf8('strongroom/warden-copy/v1\n');
const boxFormat: SectorFormat = {
  magic: 'SRC1',
  keyBytes: engineSizes.hpkeEncapsulation + 32 + engineSizes.gcmTag,
};
const frontSize = prefix.length + floeSizes.header;

/** How far a copy is opened. */
export type CopyProgress = (progress: { readonly doneBytes: number; readonly totalBytes: number }) => void;

type CopyPlace = CopySettings & { readonly firm: FirmId };

/** Writes the next copy in the place of the one before. @throws DependencyError WARDEN_STORAGE_FAILED */
export async function writeCopy(
  engine: NodeEngine,
  {
    place,
    recovery,
    plaintext,
    faults,
  }: {
    readonly place: CopyPlace;
    /** Public half of the firm's recovery key. */
    readonly recovery: Uint8Array;
    readonly plaintext: Uint8Array;
    readonly faults: FaultPoints<CopyFaultPoint>;
  },
): Promise<{ readonly number: number; readonly sizeBytes: number }> {
  const { folder, firm } = place;
  const keys = await openStateKeyFile(engine, keyPathOf(place), boxFormat);
  try {
    const newest = (await keys.read())?.generation;
    const before = await listNumbers(place);
    // What a run that was killed left has no key.
    if (newest !== undefined && before.includes(newest))
      await wipeNumbers(
        place,
        before.filter((number) => number !== newest),
      );
    const number = Math.max(newest ?? 0, ...before) + 1;
    const fileKey = engine.randomBytes(32);
    const sealing = { place: boxPlace(firm, number), fileKey };
    const box = await sealBackupKey(engine, { ...sealing, recovery });
    const path = join(folder, fileName(firm, number));
    const sizeBytes = await writeSealed(engine, { path, ...sealing, plaintext });
    wipeBytes(fileKey);
    await onDisk('copy.name', () => syncDirectory(folder));
    await faults.hit('warden.copy.after-file');
    await keys.replace(
      { generation: number, key: box },
      {
        afterNewKey: () => faults.hit('warden.copy.after-new-key'),
        afterOldKeyWipe: () => faults.hit('warden.copy.after-old-key-wipe'),
      },
    );
    await wipeNumbers(
      place,
      (await listNumbers(place)).filter((other) => other !== number),
    );
    return { number, sizeBytes };
  } finally {
    await keys.close();
  }
}

/**
 * Opens the newest copy of a firm.
 * @throws InputError COPY_UNKNOWN; IntegrityError COPY_DAMAGED; DependencyError WARDEN_STORAGE_FAILED
 */
export async function readCopy(
  engine: NodeEngine,
  {
    place,
    recoverySeed,
    onProgress,
  }: {
    readonly place: CopyPlace;
    readonly recoverySeed: Uint8Array;
    /** Called as the copy is opened. */
    readonly onProgress?: CopyProgress | undefined;
  },
): Promise<Uint8Array> {
  const newest = readNewestBox(engine, await findFileBytes(keyPathOf(place)));
  if (newest === undefined) {
    const isThere = (await listNumbers(place)).length > 0;
    throw isThere ? new IntegrityError('COPY_DAMAGED', { reason: 'key' }) : new InputError('COPY_UNKNOWN');
  }
  const { number, box } = newest;
  const bytes = await findFileBytes(join(place.folder, fileName(place.firm, number)));
  if (bytes === undefined) throw new IntegrityError('COPY_DAMAGED', { reason: 'missing' });
  const at = boxPlace(place.firm, number);
  let opened = new Uint8Array(0);
  try {
    if (bytes.length <= frontSize || !isEqualConstantTime(bytes.subarray(0, prefix.length), prefix))
      throw new CryptoError('DECRYPT_FAILED');
    const fileKey = await openBackupKey(engine, { recoverySeed, place: at, box });
    const header = bytes.slice(prefix.length, frontSize);
    const opener = createFloeOpener(engine, { fileKey, aad: engine.sha256(encodeBackupPlace(at)), header });
    wipeBytes(fileKey);
    const { segmentSizeBytes } = floeParameters;
    const count = Math.ceil((bytes.length - frontSize) / segmentSizeBytes);
    opened = new Uint8Array(count * floeSegmentPlaintextSizeBytes);
    let size = 0;
    for (let index = 0; index < count; index++) {
      const from = frontSize + index * segmentSizeBytes;
      const segment = bytes.subarray(from, from + segmentSizeBytes);
      const piece = await opener.openSegment({ index, segment, isLast: index === count - 1 });
      opened.set(piece, size);
      size += piece.length;
      wipeBytes(piece);
      onProgress?.({ doneBytes: from + segment.length, totalBytes: bytes.length });
    }
    return opened.subarray(0, size);
  } catch (cause) {
    wipeBytes(opened);
    if (!(cause instanceof CryptoError)) throw cause;
    throw new IntegrityError('COPY_DAMAGED', { reason: 'sealed' }, { cause });
  }
}

/** Overwrites and removes a firm's copies, and their keys. @throws DependencyError WARDEN_STORAGE_FAILED */
export async function removeCopies(
  engine: NodeEngine,
  place: CopyPlace,
  parts: { readonly copy: boolean; readonly key: boolean } = { copy: true, key: true },
): Promise<void> {
  const keyFolder = place.keyFolder ?? place.folder;
  const name = keyName(place.firm);
  if (parts.key && (await listFiles(keyFolder)).includes(name)) await wipeFiles(keyFolder, [name]);
  if (parts.copy) await wipeNumbers(place, await listNumbers(place));
}

/** The newest sector that is whole, read without changing anything: a copy may lie where nobody can write. */
function readNewestBox(
  engine: NodeEngine,
  bytes: Uint8Array | undefined,
): { readonly number: number; readonly box: Uint8Array } | undefined {
  const magic = encodeUtf8(boxFormat.magic);
  const end = magic.length + 8 + boxFormat.keyBytes;
  const found = [0, 4096].flatMap((at) => {
    const sector = bytes?.subarray(at, at + 4096) ?? new Uint8Array(0);
    const isWhole =
      sector.length === 4096 &&
      isEqualConstantTime(sector.subarray(0, magic.length), magic) &&
      isEqualConstantTime(engine.sha256(sector.subarray(0, end)), sector.subarray(end, end + 32));
    if (!isWhole) return [];
    const number = Number(Buffer.from(sector).readBigUInt64BE(magic.length));
    return [{ number, box: sector.slice(magic.length + 8, end) }];
  });
  return found.toSorted((left, right) => right.number - left.number)[0];
}

async function writeSealed(
  engine: NodeEngine,
  {
    path,
    place,
    fileKey,
    plaintext,
  }: {
    readonly path: string;
    readonly place: BackupPlace;
    readonly fileKey: Uint8Array;
    readonly plaintext: Uint8Array;
  },
): Promise<number> {
  const sealer = createFloeSealer(engine, { fileKey, aad: engine.sha256(encodeBackupPlace(place)) });
  return await onDisk('copy.write', async () => {
    const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      let size = await append(file, 0, prefix);
      size += await append(file, size, sealer.header);
      const step = floeSegmentPlaintextSizeBytes;
      const count = Math.max(1, Math.ceil(plaintext.length / step));
      for (let index = 0; index < count; index++) {
        const piece = plaintext.subarray(index * step, (index + 1) * step);
        const isLast = index === count - 1;
        size += await append(file, size, await sealer.sealSegment({ index, plaintext: piece, isLast }));
      }
      await file.sync();
      return size;
    } finally {
      await file.close();
    }
  });
}

async function append(file: FileHandle, at: number, bytes: Uint8Array): Promise<number> {
  await writeFully(file, bytes, at);
  return bytes.length;
}

async function listNumbers({ folder, firm }: CopyPlace): Promise<number[]> {
  const start = `copy-${firm}-`;
  return (await listFiles(folder))
    .filter((name) => name.startsWith(start) && /^[0-9]{1,15}$/u.test(name.slice(start.length)))
    .map((name) => Number(name.slice(start.length)));
}

async function wipeNumbers({ folder, firm }: CopyPlace, numbers: readonly number[]): Promise<void> {
  await wipeFiles(
    folder,
    numbers.map((number) => fileName(firm, number)),
  );
}

function boxPlace(firm: FirmId, number: number): BackupPlace {
  return { firm, path: `warden-copy/${number}` };
}

const fileName = (firm: FirmId, number: number): string => `copy-${firm}-${number}`;
const keyName = (firm: FirmId): string => `copy-key-${firm}`;
const keyPathOf = ({ folder, keyFolder, firm }: CopyPlace): string =>
  join(keyFolder ?? folder, keyName(firm));
