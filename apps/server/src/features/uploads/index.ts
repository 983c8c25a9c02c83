/** Uploads of sealed bodies: resumable, each part durable before it is acknowledged. */
import { statfs } from 'node:fs/promises';
import { AccessError, DependencyError, InputError, LimitError } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import { limits } from '@strongroom/protocol';
import type { ServerContext } from '../../context.ts';
import type { Handler, HandlersOf } from '../../handler.ts';
import type { Selectable } from 'kysely';
import type { UploadsTable } from '../../storage/index.ts';
import { getSession } from '../sessions/index.ts';
import { createLeafHasher, readExact } from './leaf-hasher.ts';
import { partBytes, partCount, partPlace } from './parts.ts';

export { collectOrphans } from './collect-orphans.ts';
export { readUploadLeaves } from './read-upload-leaves.ts';

/** Left free for databases and the ledger. */
const freeBytesMin = 268_435_456;

const startUpload: Handler<'startUpload'> = async (context, { params, body, session }) => {
  const { person } = getSession(session);
  const { upload, room, storedBytes } = body;
  const { store } = context.folders.open(params.vault);
  await assertSpace(context, storedBytes);
  await store.transact(async (writer) => {
    const known = await writer
      .selectFrom('uploads')
      .selectAll()
      .where('upload', '=', upload)
      .executeTakeFirst();
    if (known !== undefined) {
      if (known.person !== person || known.room !== room || known.size_bytes !== storedBytes)
        throw new AccessError('ACCESS_DENIED');
      return;
    }
    const open = await writer.selectFrom('uploads').select('upload').where('person', '=', person).execute();
    if (open.length >= limits.uploadsOpenPerPersonMax)
      throw new LimitError('UPLOAD_LIMIT', { max: limits.uploadsOpenPerPersonMax });
    const isBody = await writer
      .selectFrom('versions')
      .select('record')
      .where('upload', '=', upload)
      .executeTakeFirst();
    if (isBody !== undefined) throw new AccessError('ACCESS_DENIED');
    await writer
      .insertInto('uploads')
      .values({ upload, room, person, size_bytes: storedBytes, created_ms: context.clock.nowMs() })
      .execute();
  });
  return {
    partBytes,
    parts: partCount(storedBytes),
    acknowledged: await listParts(context, params.vault, upload),
  };
};

const getUpload: Handler<'getUpload'> = async (context, { params, session }) => {
  const row = await getOwnUpload(context, params, getSession(session).person);
  return {
    partBytes,
    parts: partCount(row.size_bytes),
    acknowledged: await listParts(context, params.vault, params.upload),
    expiresAtMs: row.created_ms + limits.orphanAgeMs,
  };
};

/** Parts being written: the same one arriving twice is written one after the other, so that the bytes are those that were hashed. */
const partsUnderWay = new WeakMap<ServerContext, Map<string, Promise<void>>>();

const putPart: Handler<'putPart'> = async (context, call) => {
  const underWay = partsUnderWay.get(context) ?? new Map<string, Promise<void>>();
  partsUnderWay.set(context, underWay);
  const { vault, upload, part } = call.params;
  const name = `${vault} ${upload} ${part}`;
  const before = underWay.get(name) ?? Promise.resolve();
  const written = before.catch(() => undefined).then(() => writePart(context, call));
  underWay.set(name, written);
  try {
    await written;
  } finally {
    if (underWay.get(name) === written) underWay.delete(name);
  }
};

const writePart: Handler<'putPart'> = async (context, { params, octets, session }) => {
  const { upload, part } = params;
  const row = await getOwnUpload(context, params, getSession(session).person);
  const place = partPlace(row.size_bytes, part);
  if (place === undefined) throw new InputError('PART_INVALID', { part });
  const { store, blobs } = context.folders.open(params.vault);
  // While it is written anew it is not acknowledged; what became a body is not written any more.
  await store.transact(async (writer) => {
    const open = await writer
      .selectFrom('uploads')
      .select('upload')
      .where('upload', '=', upload)
      .executeTakeFirst();
    if (open === undefined) throw new AccessError('ACCESS_DENIED');
    // A commit that failed late has made it a body already. In this transaction no version can come to name it.
    await blobs.reopen(upload);
    await writer.deleteFrom('upload_parts').where('upload', '=', upload).where('part', '=', part).execute();
  });
  const hasher = createLeafHasher(part === 0);
  const written = await refuseFullDisk(() =>
    blobs.writePart({
      upload,
      offsetBytes: place.offsetBytes,
      sizeBytesMax: place.sizeBytes,
      source: hasher.pass(readExact(octets)),
    }),
  );
  if (written.isTooLong || written.sizeBytes !== place.sizeBytes)
    throw new InputError('PART_INVALID', { part });
  await store.transact(async (writer) => {
    await writer
      .insertInto('upload_parts')
      .values({ upload, part, size_bytes: place.sizeBytes, leaf_hashes: hasher.finish() })
      .onConflict((conflict) => conflict.doUpdateSet({ leaf_hashes: hasher.finish() }))
      .execute();
  });
};

const dropUpload: Handler<'dropUpload'> = async (context, { params, session }) => {
  await getOwnUpload(context, params, getSession(session).person);
  const { store, blobs } = context.folders.open(params.vault);
  const dropped = await store.transact(
    async (writer) =>
      await writer
        .deleteFrom('uploads')
        .where('upload', '=', params.upload)
        .returning('upload')
        .executeTakeFirst(),
  );
  // It has become the body of a version meanwhile, which goes by a disposal only.
  if (dropped === undefined) throw new AccessError('ACCESS_DENIED');
  await blobs.remove(params.upload);
};

async function getOwnUpload(
  context: ServerContext,
  { vault, upload }: { readonly vault: VaultId; readonly upload: string },
  person: string,
): Promise<Selectable<UploadsTable>> {
  const row = await context.folders
    .open(vault)
    .store.read((db) => db.selectFrom('uploads').selectAll().where('upload', '=', upload).executeTakeFirst());
  if (row?.person !== person) throw new AccessError('ACCESS_DENIED');
  return row;
}

async function listParts(context: ServerContext, vault: VaultId, upload: string): Promise<number[]> {
  const rows = await context.folders
    .open(vault)
    .store.read((db) =>
      db.selectFrom('upload_parts').select('part').where('upload', '=', upload).orderBy('part').execute(),
    );
  return rows.map(({ part }) => part);
}

async function assertSpace(context: ServerContext, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(context.home);
  if (bavail * bsize < neededBytes + freeBytesMin) throw new DependencyError('DISK_FULL');
}

async function refuseFullDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new DependencyError('DISK_FULL', {}, { cause });
    throw cause;
  }
}

export const uploadHandlers: HandlersOf<'startUpload' | 'getUpload' | 'putPart' | 'dropUpload'> = {
  startUpload,
  getUpload,
  putPart,
  dropUpload,
};
