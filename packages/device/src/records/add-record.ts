/** Adding documents and versions of them, and taking up what was interrupted. Nothing is ever overwritten: see `conflictOf`. */
import {
  compareBytes,
  ConflictError,
  createBodySealer,
  newContentKey,
  newId,
  StrongroomError,
  wipeBytes,
} from '@strongroom/core';
import type { RecordClass, RecordId, RoomId, VaultId } from '@strongroom/core';
import type { RecordRow } from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';
import type { AddedRecord, AddRecordOptions, OnProgress, OnWritten } from '../device/device.ts';
import type { FileSource } from '../environment/index.ts';
import { assertMayWrite, commitVersion, contextOf } from './commit-version.ts';
import type { VersionDraft } from './commit-version.ts';
import { keepChangedFacts } from './changed-facts.ts';
import { readNewestCard } from './newest-card.ts';
import { removeStaged } from './part-stage.ts';
import { uploadBody } from './upload-body.ts';
import { UploadJournals } from './upload-journal.ts';
import type { UploadJournal } from './upload-journal.ts';
import { findRow, hasBody, verifyHeader } from './verify-version.ts';

/** Where a version goes. */
interface Place {
  readonly vault: VaultId;
  readonly room: RoomId;
  readonly record: RecordId;
  readonly version: number;
  readonly conflictOf?: readonly [RecordId, number];
}

/** What is not in the journal. Without a source only what is staged can be sent. */
type Content = Omit<AddRecordOptions, 'room' | 'source'> & { readonly source?: FileSource };

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

/** Adds a version after `base`; if somebody saved other content first, a copy beside it. */
export async function addVersion(
  context: DeviceContext,
  options: AddRecordOptions & { readonly record: RecordId; readonly base: number },
): Promise<AddedRecord> {
  const { room, record, base } = options;
  const vault = context.book.ledgerOf(room);
  await context.book.syncLedger(vault);
  // The place comes first: what is changed after it was taken is a newer version, and is found by the commit.
  const place = makeNextPlace(context, { vault, room, record, version: base });
  // Other content does not move a document, nor take its labels away.
  const card =
    options.folder === undefined || options.labels === undefined
      ? await readNewestCard(context, { vault, room, record })
      : undefined;
  const folder = options.folder ?? card?.folder ?? [];
  const labels = options.labels ?? card?.labels ?? {};
  return await beginUpload(context, place, { ...options, folder, labels });
}

/** Takes up an unfinished upload; without a source what is staged. @throws ConflictError SOURCE_CHANGED, SOURCE_NEEDED */
export async function resumeUpload(
  context: DeviceContext,
  options: {
    readonly upload: string;
    readonly source?: FileSource;
    readonly onProgress?: OnProgress;
    readonly onWritten?: OnWritten;
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
  await removeStaged(context, upload);
  try {
    await context.api.call('dropUpload', { params: { vault: journal.vault, upload } });
  } catch (cause) {
    // The server collects orphans after a day by itself.
    if (!(cause instanceof StrongroomError)) throw cause;
  }
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

/**
 * Where a version after `version` goes. Newer versions of a card alone lose nothing by being followed; beside other content a copy is
 * made, so that nothing is overwritten.
 */
function makeNextPlace(context: DeviceContext, place: Place): Place {
  const { vault, room, record, version } = place;
  const rows = context.book.rooms(vault).rooms.get(room)?.records.get(record) ?? [];
  const newer = rows.filter((row) => row.version > version);
  const newest = rows.at(-1)?.version ?? 0;
  if (newest >= version && !newer.some(hasBody)) return { ...place, version: newest + 1 };
  const conflictOf = place.conflictOf ?? ([record, version] as const);
  return { vault, room, record: newId(context.env.engine, 'rec'), version: 1, conflictOf };
}

async function beginUpload(
  context: DeviceContext,
  place: Place,
  options: Content & { readonly source: FileSource },
): Promise<AddedRecord> {
  const { source } = options;
  const journal = await writeJournal(context, place, {
    name: source.name,
    ...(source.path === undefined ? {} : { path: source.path }),
    folder: options.folder ?? [],
    labels: options.labels ?? {},
    type: options.type ?? 'application/octet-stream',
    sizeBytes: source.sizeBytes,
    modifiedAtMs: Math.round(source.modifiedAtMs),
    ...(options.class === undefined ? {} : { class: options.class }),
  });
  return { ...(await finishUpload(context, journal, options)), resumed: false };
}

/** The beginning of an upload: keys and place, durable before anything is sealed. */
async function writeJournal(
  context: DeviceContext,
  place: Place,
  file: Pick<UploadJournal, 'name' | 'path' | 'folder' | 'labels' | 'type' | 'sizeBytes' | 'modifiedAtMs'> & {
    readonly class?: RecordClass;
  },
): Promise<UploadJournal> {
  const { engine, clock } = context.env;
  const { vault, room } = place;
  const { epoch, class: roomClass } = assertMayWrite(context, vault, room);
  const recordClass = Math.max(file.class ?? roomClass, roomClass) as RecordClass;
  const bodyKey = newContentKey(engine);
  const draft = { ...place, kind: 'document', class: recordClass, epoch } as const;
  const sealer = createBodySealer(engine, {
    contentKey: bodyKey,
    context: contextOf(context, draft, 'body'),
    sizeBytes: file.sizeBytes,
  });
  const journal: UploadJournal = {
    ...file,
    ...place,
    upload: newId(engine, 'upl'),
    class: recordClass,
    epoch,
    cardKey: newContentKey(engine),
    bodyKey,
    floeHeader: sealer.header,
    startedAtMs: clock.nowMs(),
  };
  await new UploadJournals(context.store).write(journal);
  return journal;
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
    return await beginAnew(context, journal, placeOf(journal), options);
  }
}

/**
 * The same file under a new upload, at a place. What was sealed is bound to the old place: without the file there is nothing to seal,
 * and the new upload waits for it.
 */
async function beginAnew(
  context: DeviceContext,
  journal: UploadJournal,
  place: Place,
  options: Content,
): Promise<AddedRecord> {
  const { vault, room, record } = place;
  const file = fileOf(journal);
  const isMoved = record === journal.record && place.version > journal.version;
  const facts = isMoved
    ? await keepChangedFacts(
        context,
        { vault, room, record, from: journal.version - 1, to: place.version - 1 },
        file,
      )
    : file;
  const { name, folder, labels } = facts;
  const next = await writeJournal(context, place, { ...file, name, folder, labels });
  await abandonUpload(context, journal.upload);
  const { source } = options;
  if (source === undefined) throw new ConflictError('SOURCE_NEEDED', { upload: next.upload });
  return await finishUpload(context, next, options);
}

function fileOf(journal: UploadJournal): Parameters<typeof writeJournal>[2] {
  const { name, path, folder, labels, type, sizeBytes, modifiedAtMs } = journal;
  return {
    name,
    ...(path === undefined ? {} : { path }),
    folder,
    labels,
    type,
    sizeBytes,
    modifiedAtMs,
    class: journal.class,
  };
}

function placeOf(journal: UploadJournal): Place {
  const { vault, room, record, version, conflictOf } = journal;
  return { vault, room, record, version, ...(conflictOf === undefined ? {} : { conflictOf }) };
}

async function finishUpload(
  context: DeviceContext,
  journal: UploadJournal,
  options: Content,
): Promise<AddedRecord> {
  const journals = new UploadJournals(context.store);
  const draft: Omit<VersionDraft, 'card' | 'body'> = {
    ...placeOf(journal),
    kind: 'document',
    class: journal.class,
    epoch: journal.epoch,
  };
  const written = await findWritten(context, journal, contextOf(context, draft, 'body'));
  if (written !== undefined) return await endUpload(context, journal, written.index, options);
  const body = await uploadBody(context, {
    journals,
    journal,
    bodyContext: contextOf(context, draft, 'body'),
    ...(options.source === undefined ? {} : { source: options.source }),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  let index: number;
  try {
    ({ index } = await commitVersion(context, {
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
          labels: { ...journal.labels },
        },
      },
      body,
    }));
  } catch (cause) {
    if (!(cause instanceof ConflictError) || cause.code !== 'VERSION_CONFLICT') throw cause;
    // The server may know of the other version before this device does.
    await context.book.syncLedger(journal.vault);
    const place = makeNextPlace(context, { ...placeOf(journal), version: journal.version - 1 });
    // No other version is there: sent again to the same place it would be refused again, without end.
    if (place.record === journal.record && place.version === journal.version) throw cause;
    return await beginAnew(context, journal, place, options);
  }
  return await endUpload(context, journal, index, options);
}

/**
 * The version of a journal, if it is in the chain already: the answer to the last call was lost. Its body is this upload's, by the
 * commitment to its key; another version of this device with the same number is not it.
 */
async function findWritten(
  context: DeviceContext,
  journal: UploadJournal,
  bodyContext: Uint8Array,
): Promise<RecordRow | undefined> {
  const { vault, room, record, version } = journal;
  const row = findRow(context, { vault, room, record, version });
  if (row === undefined || row.device !== context.device || !hasBody(row)) return undefined;
  const { commitment } = createBodySealer(context.env.engine, {
    contentKey: journal.bodyKey,
    context: bodyContext,
    sizeBytes: journal.sizeBytes,
    header: journal.floeHeader,
  });
  const stored = await context.api.call('getVersion', { params: { vault, record, version } });
  const { body } = verifyHeader(context, vault, row, stored.header);
  return body !== undefined && compareBytes(body.commitment, commitment) === 0 ? row : undefined;
}

/**
 * The version is in its ledger. The journal goes after the caller took note: killed in between, the upload is still known here, is found
 * written when it is taken up, and needs neither its file nor another line.
 */
async function endUpload(
  context: DeviceContext,
  journal: UploadJournal,
  index: number,
  { onWritten }: Pick<Content, 'onWritten'>,
): Promise<AddedRecord> {
  const added = {
    record: journal.record,
    version: journal.version,
    ...(journal.conflictOf === undefined ? {} : { conflictOf: journal.conflictOf[0] }),
    line: { ledger: journal.vault, index },
  };
  await onWritten?.(added);
  await new UploadJournals(context.store).remove(journal.upload);
  await removeStaged(context, journal.upload);
  wipeBytes(journal.cardKey, journal.bodyKey);
  return { ...added, resumed: true };
}
