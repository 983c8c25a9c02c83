/**
 * What an unfinished export has behind it: its volumes and the rows of their documents, sealed under a key of this device
 * (docs/spec/export.md section 4).
 */
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  concatBytes,
  createFloeOpener,
  createFloeSealer,
  encodeHex,
  encodeUtf8,
  floeParameters,
  floeSegmentPlaintextSizeBytes,
  floeSizes,
  IntegrityError,
} from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import { isMissing, removeDurableFile, writeDurableFile } from '../home/durable-file.ts';
import type { FinishedVolume } from './age-volume.ts';
import type { ExportedDocument } from './export-index.ts';

const aad = encodeUtf8('strongroom/export/journal/v1');
const saltBytes = 32;

/** What it holds. */
export interface ExportNotes {
  readonly format: 1;
  readonly recipients: readonly string[];
  readonly volumes: readonly FinishedVolume[];
  readonly documents: readonly ExportedDocument[];
}

/** The journal of one folder. */
export interface ExportJournal {
  /** @throws IntegrityError HOME_DAMAGED */
  read(): Promise<ExportNotes | undefined>;
  write(notes: ExportNotes): Promise<void>;
  remove(): Promise<void>;
}

/** Opens the journal of an export into a folder. */
export function openExportJournal(options: {
  readonly engine: Engine;
  /** Where journals lie. */
  readonly journals: string;
  readonly target: string;
  readonly deviceFileKey: Uint8Array;
}): ExportJournal {
  const { engine, journals, target, deviceFileKey } = options;
  const derive = (what: string, salt: Uint8Array): Uint8Array =>
    new Uint8Array(
      createHmac('sha256', deviceFileKey)
        .update(JSON.stringify(['strongroom/export/v1', what, target, encodeHex(salt)]))
        .digest(),
    );
  const path = join(journals, encodeHex(derive('name', new Uint8Array(0))));
  return {
    async read() {
      let bytes: Uint8Array;
      try {
        bytes = await readFile(path);
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
      try {
        const sealed = new Uint8Array(bytes);
        const plain = await openWhole(
          engine,
          derive('key', sealed.subarray(0, saltBytes)),
          sealed.subarray(saltBytes),
        );
        return JSON.parse(new TextDecoder().decode(plain)) as ExportNotes;
      } catch (cause) {
        throw new IntegrityError('HOME_DAMAGED', {}, { cause });
      }
    },
    async write(notes) {
      // A key seals one text only: each has its own.
      const salt = engine.randomBytes(saltBytes);
      const sealed = await sealWhole(engine, derive('key', salt), encodeUtf8(JSON.stringify(notes)));
      const token = encodeHex(engine.randomBytes(8));
      await writeDurableFile({ path, bytes: concatBytes(salt, sealed), token });
    },
    remove: async () => await removeDurableFile(path),
  };
}

async function sealWhole(engine: Engine, fileKey: Uint8Array, plain: Uint8Array): Promise<Uint8Array> {
  const sealer = createFloeSealer(engine, { fileKey, aad });
  const parts: Uint8Array[] = [sealer.header];
  for (let index = 0; ; index += 1) {
    const at = index * floeSegmentPlaintextSizeBytes;
    const plaintext = plain.subarray(at, at + floeSegmentPlaintextSizeBytes);
    const isLast = at + plaintext.length >= plain.length;
    parts.push((await sealer.sealSegment({ index, plaintext, isLast })).slice());
    if (isLast) return concatBytes(...parts);
  }
}

/** @throws CryptoError DECRYPT_FAILED */
async function openWhole(engine: Engine, fileKey: Uint8Array, sealed: Uint8Array): Promise<Uint8Array> {
  const header = new Uint8Array(sealed.subarray(0, floeSizes.header));
  const opener = createFloeOpener(engine, { fileKey, aad, header });
  const parts: Uint8Array[] = [];
  const { segmentSizeBytes } = floeParameters;
  for (let at = floeSizes.header, index = 0; ; at += segmentSizeBytes, index += 1) {
    const segment = new Uint8Array(sealed.subarray(at, at + segmentSizeBytes));
    const isLast = at + segment.length >= sealed.length;
    parts.push((await opener.openSegment({ index, segment, isLast })).slice());
    if (isLast) return concatBytes(...parts);
  }
}
