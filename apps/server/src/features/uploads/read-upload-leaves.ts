import { concatBytes, ConflictError } from '@strongroom/core';
import type { Reader, VaultTables } from '../../storage/index.ts';
import { partCount } from './parts.ts';

/** An upload of which every part is durable. */
export type CompleteUpload = {
  readonly room: string;
  readonly person: string;
  readonly sizeBytes: number;
  /** Leaf hashes of FLOE header and segments, joined. */
  readonly leafHashes: Uint8Array;
};

/** @throws ConflictError UPLOAD_INCOMPLETE when the upload is not there or parts are missing */
export async function readUploadLeaves(reader: Reader<VaultTables>, upload: string): Promise<CompleteUpload> {
  const row = await reader.selectFrom('uploads').selectAll().where('upload', '=', upload).executeTakeFirst();
  if (row === undefined) throw new ConflictError('UPLOAD_INCOMPLETE');
  const parts = await reader
    .selectFrom('upload_parts')
    .select('leaf_hashes')
    .where('upload', '=', upload)
    .orderBy('part')
    .execute();
  const missing = partCount(row.size_bytes) - parts.length;
  if (missing > 0) throw new ConflictError('UPLOAD_INCOMPLETE', { missing });
  return {
    room: row.room,
    person: row.person,
    sizeBytes: row.size_bytes,
    leafHashes: concatBytes(...parts.map(({ leaf_hashes }) => leaf_hashes)),
  };
}
