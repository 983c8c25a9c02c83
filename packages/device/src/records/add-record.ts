/** Adding documents and versions of them, and taking up what was interrupted. Nothing is ever overwritten: see `conflictOf`. */
import {
  ConflictError,
  createBodySealer,
  newContentKey,
  newId,
  StrongroomError,
  wipeBytes,
} from '@strongroom/core';
import type { RecordClass, RecordId, RoomId, VaultId } from '@strongroom/core';
import { newestVersion } from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';
import type { AddedRecord, AddRecordOptions, OnProgress, PendingUpload } from '../device/device.ts';
import type { FileSource } from '../environment/index.ts';
import { assertMayWrite, commitVersion, contextOf } from './commit-version.ts';
import type { VersionDraft } from './commit-version.ts';
import { uploadBody } from './upload-body.ts';
import { UploadJournals } from './upload-journal.ts';
import type { UploadJournal } from './upload-journal.ts';

/** Where a version goes. */
interface Place {
  readonly vault: VaultId;
  readonly room: RoomId;
  readonly record: RecordId;
  readonly version: number;
  readonly conflictOf?: readonly [RecordId, number];
}

type Content = Omit<AddRecordOptions, 'room'>;

/** Adds a new record, or goes on with an unfinished upload of the same file into the same room. */
export async function addRecord(context: DeviceContext, options: AddRecordOptions): Promise<AddedRecord> {
  const { room, source } = options;
  const vault = context.book.ledgerOf(room);
  await context.book.syncLedger(vault);
  const found = await findUnfinished(context, room, source);
  if (found !== undefined) {
    try {
      return await takeUpUpload(context, found, options);
    } catch (cause) {
      // The file is not the one that was begun: that upload is over, this one begins anew.
      if (!(cause instanceof ConflictError) || cause.code !== 'SOURCE_CHANGED') throw cause;
      await abandonUpload(context, found.upload);
    }
  }
  return await beginUpload(
    context,
    { vault, room, record: newId(context.env.engine, 'rec'), version: 1 },
    options,
  );
}

/** Adds a version after `base`; if somebody saved first, a copy beside it. */
export async function addVersion(
  context: DeviceContext,
  options: Content & { readonly room: RoomId; readonly record: RecordId; readonly base: number },
): Promise<AddedRecord> {
  const { room, record, base } = options;
  const vault = context.book.ledgerOf(room);
  await context.book.syncLedger(vault);
  const newest = newestVersion(context.book.rooms(vault), room, record) ?? 0;
  if (newest === base) return await beginUpload(context, { vault, room, record, version: base + 1 }, options);
  return await beginUpload(
    context,
    makeConflictPlace(context, { vault, room, record, version: base }),
    options,
  );
}

/** Takes up an unfinished upload. @throws ConflictError SOURCE_CHANGED */
export async function resumeUpload(
  context: DeviceContext,
  options: {
    readonly upload: string;
    readonly source: FileSource;
    readonly onProgress?: OnProgress;
    readonly signal?: AbortSignal;
  },
): Promise<AddedRecord> {
  const journal = await new UploadJournals(context.store).find(options.upload);
  if (journal === undefined) throw new ConflictError('STATE_CHANGED', { upload: options.upload });
  await context.book.syncLedger(journal.vault);
  return await takeUpUpload(context, journal, { ...options, folder: journal.folder });
}

/** Gives an upload up, here and at the server. */
export async function abandonUpload(context: DeviceContext, upload: string): Promise<void> {
  const journals = new UploadJournals(context.store);
  const journal = await journals.find(upload);
  if (journal === undefined) return;
  await journals.remove(upload);
  try {
    await context.api.call('dropUpload', { params: { vault: journal.vault, upload } });
  } catch (cause) {
    // The server collects orphans after a day by itself.
    if (!(cause instanceof StrongroomError)) throw cause;
  }
}

/** Uploads that were begun and not finished. */
export async function listUploads(context: DeviceContext): Promise<PendingUpload[]> {
  const journals = new UploadJournals(context.store);
  const pending: PendingUpload[] = [];
  for (const journal of await journals.list()) {
    let doneBytes = 0;
    for (let part = 0; ; part++) {
      const hashes = await journals.findPart(journal.upload, part);
      if (hashes === undefined) break;
      doneBytes += hashes.leaves.length * 262_112;
    }
    pending.push({
      upload: journal.upload,
      room: journal.room,
      name: journal.name,
      ...(journal.path === undefined ? {} : { path: journal.path }),
      doneBytes: Math.min(doneBytes, journal.sizeBytes),
      totalBytes: journal.sizeBytes,
      startedAtMs: journal.startedAtMs,
    });
  }
  return pending;
}

async function findUnfinished(
  context: DeviceContext,
  room: RoomId,
  source: FileSource,
): Promise<UploadJournal | undefined> {
  if (source.path === undefined) return undefined;
  const journals = await new UploadJournals(context.store).list();
  return journals.find(
    (journal) => journal.room === room && journal.path === source.path && journal.version === 1,
  );
}

function makeConflictPlace(context: DeviceContext, place: Place): Place {
  const { vault, room, record, version } = place;
  const conflictOf = place.conflictOf ?? ([record, version] as const);
  return { vault, room, record: newId(context.env.engine, 'rec'), version: 1, conflictOf };
}

async function beginUpload(context: DeviceContext, place: Place, options: Content): Promise<AddedRecord> {
  const { engine, clock } = context.env;
  const { source } = options;
  const { vault, room } = place;
  const { epoch, class: roomClass } = assertMayWrite(context, vault, room);
  const recordClass = Math.max(options.class ?? roomClass, roomClass) as RecordClass;
  const bodyKey = newContentKey(engine);
  const draft = { ...place, kind: 'document', class: recordClass, epoch } as const;
  const sealer = createBodySealer(engine, {
    contentKey: bodyKey,
    context: contextOf(context, draft, 'body'),
    sizeBytes: source.sizeBytes,
  });
  const journal: UploadJournal = {
    ...place,
    upload: newId(engine, 'upl'),
    class: recordClass,
    epoch,
    cardKey: newContentKey(engine),
    bodyKey,
    floeHeader: sealer.header,
    name: source.name,
    ...(source.path === undefined ? {} : { path: source.path }),
    folder: options.folder ?? [],
    type: options.type ?? 'application/octet-stream',
    sizeBytes: source.sizeBytes,
    modifiedAtMs: Math.round(source.modifiedAtMs),
    startedAtMs: clock.nowMs(),
  };
  await new UploadJournals(context.store).write(journal);
  return { ...(await finishUpload(context, journal, options)), resumed: false };
}

/**
 * Goes on with an upload that another process began. Killed twice, it may know newer hashes of a part than the server has bytes, which
 * arrived late: then the same version is uploaded from its beginning, once, and progress begins at nothing.
 */
async function takeUpUpload(
  context: DeviceContext,
  journal: UploadJournal,
  options: Content,
): Promise<AddedRecord> {
  try {
    return await finishUpload(context, journal, options);
  } catch (cause) {
    if (!(cause instanceof StrongroomError) || cause.code !== 'BODY_MISMATCH') throw cause;
    const { vault, room, record, version, conflictOf } = journal;
    const place = { vault, room, record, version, ...(conflictOf === undefined ? {} : { conflictOf }) };
    await abandonUpload(context, journal.upload);
    return await beginUpload(context, place, { ...options, class: journal.class, type: journal.type });
  }
}

async function finishUpload(
  context: DeviceContext,
  journal: UploadJournal,
  options: Content,
): Promise<AddedRecord> {
  const journals = new UploadJournals(context.store);
  const draft: Omit<VersionDraft, 'card' | 'body'> = {
    vault: journal.vault,
    room: journal.room,
    record: journal.record,
    version: journal.version,
    kind: 'document',
    class: journal.class,
    epoch: journal.epoch,
    ...(journal.conflictOf === undefined ? {} : { conflictOf: journal.conflictOf }),
  };
  if (isWritten(context, journal)) return await describeWritten(context, journals, journal);
  const body = await uploadBody(context, {
    journals,
    journal,
    bodyContext: contextOf(context, draft, 'body'),
    source: options.source,
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  try {
    const appended = await commitVersion(context, {
      ...draft,
      card: {
        contentKey: journal.cardKey,
        content: {
          name: journal.name,
          type: journal.type,
          folder: [...journal.folder],
          size: journal.sizeBytes,
          at: journal.modifiedAtMs,
          hash: body.contentHash,
          labels: {},
        },
      },
      body,
    });
    await journals.remove(journal.upload);
    wipeBytes(journal.cardKey, journal.bodyKey);
    return describe(journal, appended.index);
  } catch (cause) {
    if (!(cause instanceof ConflictError) || cause.code !== 'VERSION_CONFLICT') throw cause;
    await abandonUpload(context, journal.upload);
    return await beginUpload(
      context,
      makeConflictPlace(context, { ...journal, version: journal.version - 1 }),
      options,
    );
  }
}

/** Whether the version of a journal is in the chain already: the answer to the last call was lost. */
function isWritten(context: DeviceContext, journal: UploadJournal): boolean {
  const rows = context.book.rooms(journal.vault).rooms.get(journal.room)?.records.get(journal.record) ?? [];
  return rows.some((row) => row.version === journal.version && row.device === context.device);
}

async function describeWritten(
  context: DeviceContext,
  journals: UploadJournals,
  journal: UploadJournal,
): Promise<AddedRecord> {
  const rows = context.book.rooms(journal.vault).rooms.get(journal.room)?.records.get(journal.record) ?? [];
  const row = rows.find(({ version }) => version === journal.version);
  await journals.remove(journal.upload);
  return describe(journal, row?.index ?? 0);
}

function describe(journal: UploadJournal, index: number): AddedRecord {
  return {
    record: journal.record,
    version: journal.version,
    resumed: true,
    ...(journal.conflictOf === undefined ? {} : { conflictOf: journal.conflictOf[0] }),
    line: { ledger: journal.vault, index },
  };
}
