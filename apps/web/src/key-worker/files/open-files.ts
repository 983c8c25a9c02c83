/** Opening documents: into memory for a page, or many into a zip file. Each opening is a line in the ledger. */
import { InputError, officeId, StrongroomError } from '@strongroom/core';
import type { RecordId } from '@strongroom/core';
import type { Device } from '@strongroom/device';
import type { FilesContract, KeysEvent, OpenedFile, ZippedFiles } from '../../keys/contract.ts';
import { createCollectSink } from './collect-sink.ts';
import { SafePaths } from './safe-names.ts';
import { createZipWriter } from './zip-writer.ts';

/** Bytes that a page may be handed at once. */
const openBytesMax = 1_073_741_824;
/** Documents in one zip file. */
const zipFilesMax = 1_000;
const tellMs = 200;

/** What opening is given. */
export interface OpeningParts {
  readonly device: Device;
  readonly nowMs: () => number;
  readonly emit: (event: KeysEvent) => void;
}

/** Opens one document into memory. The type in it was chosen by whoever wrote it, so no blob carries it: an address of it is never a page. */
export async function openFile(
  { device, nowMs, emit }: OpeningParts,
  options: Parameters<FilesContract['open']>[0],
): Promise<OpenedFile> {
  const { record, version, purpose, reason } = options;
  const sink = createCollectSink(openBytesMax);
  let toldMs = 0;
  const opened = await device.records.open({
    record,
    sink,
    purpose,
    ...(version === undefined ? {} : { version }),
    ...(reason === undefined ? {} : { reason }),
    onProgress: ({ doneBytes, totalBytes }) => {
      if (nowMs() - toldMs < tellMs) return;
      toldMs = nowMs();
      emit({ event: 'progress', of: 'open', id: record, done: doneBytes, total: totalBytes });
    },
  });
  const bytes = new Blob([...sink.take()], { type: 'application/octet-stream' });
  return { ...opened, bytes };
}

/** Opens documents one after the other and packs them, folders kept. What cannot be opened is named and left out. */
export async function zipFiles(
  { device, emit }: OpeningParts,
  options: Parameters<FilesContract['zip']>[0],
): Promise<ZippedFiles> {
  const { documents, purpose, reason } = options;
  if (!Array.isArray(documents) || documents.length === 0 || documents.length > zipFilesMax)
    throw new InputError('INPUT_INVALID', { name: 'documents', max: zipFilesMax });
  const paths = new SafePaths();
  const zip = createZipWriter();
  const refused: { record: RecordId; code: string }[] = [];
  let sizeBytes = 0;
  for (const [index, { record, folder, modifiedAtMs }] of documents.entries()) {
    emit({ event: 'progress', of: 'zip', id: record, done: index, total: documents.length });
    const sink = createCollectSink(openBytesMax - sizeBytes);
    try {
      const opened = await device.records.open({
        record,
        sink,
        purpose,
        ...(reason === undefined ? {} : { reason }),
      });
      const pieces = sink.take();
      sizeBytes += pieces.reduce((sum, { length }) => sum + length, 0);
      zip.add({
        path: paths.take(folder, opened.name),
        modifiedAtMs,
        pieces,
      });
    } catch (cause) {
      if (!(cause instanceof StrongroomError) || stopsAll(cause)) throw cause;
      refused.push({ record, code: cause.code });
    }
  }
  const total = documents.length;
  emit({ event: 'progress', of: 'zip', id: '', done: total, total });
  return { bytes: zip.end(), files: total - refused.length, refused };
}

/**
 * A ledger in the tlog-tiles layout, packed, in a folder of its own as the command line writes it. A vault's key is named in the office's
 * ledger, so that goes along: what is unpacked can be checked on its own.
 */
export async function zipLedger(
  { device, nowMs }: OpeningParts,
  options: Parameters<FilesContract['exportLedger']>[0],
): Promise<Blob> {
  const zip = createZipWriter();
  const modifiedAtMs = nowMs();
  // The office last: it reaches as far as whatever the vault's lines rest on.
  for (const ledger of new Set([options.ledger, officeId])) {
    const folder = ledger === officeId ? 'office' : ledger;
    await device.ledger.exportTo({
      ledger,
      write: async (path, bytes) => zip.add({ path: `${folder}/${path}`, modifiedAtMs, pieces: [bytes] }),
    });
  }
  return zip.end();
}

/** Failures of one document leave the others as they are; these would meet them all. */
function stopsAll({ code }: StrongroomError): boolean {
  return [
    'DEVICE_CUT_OFF',
    'DEVICE_LOCKED',
    'LIMIT_EXCEEDED',
    'RATE_LIMITED',
    'RELEASE_LIMIT',
    'SERVER_UNREACHABLE',
    'SESSION_REQUIRED',
    'STEP_UP_REQUIRED',
    'WARDEN_UNAVAILABLE',
  ].includes(code);
}
