/** A conflict copy becomes the newest version of what it is a copy of: opened, written again as a version, and marked as settled. Both are lines. */
import { ConflictError } from '@strongroom/core';
import { settledLabel } from '../../keys/contract.ts';
import type { FilesContract } from '../../keys/contract.ts';
import { sourceOf } from './file-source.ts';
import { openFile } from './open-files.ts';
import type { OpeningParts } from './open-files.ts';

/** @throws ConflictError VERSION_CONFLICT if somebody saved meanwhile: then nothing is settled */
export async function makeNewest(
  parts: OpeningParts,
  { copy, original }: Parameters<FilesContract['makeNewest']>[0],
): Promise<{ readonly version: number }> {
  const { records } = parts.device;
  const opened = await openFile(parts, { record: copy.record, purpose: 'work' });
  const file = new File([opened.bytes], original.name, { type: opened.type, lastModified: parts.nowMs() });
  const added = await records.addVersion({
    record: original.record,
    base: original.version,
    source: sourceOf(file, `newest/${copy.record}`),
    type: opened.type,
  });
  if (added.conflictOf !== undefined)
    throw new ConflictError('VERSION_CONFLICT', { record: original.record, version: original.version });
  await records.update({
    record: copy.record,
    base: copy.version,
    labels: { ...copy.labels, [settledLabel]: original.record },
  });
  return { version: added.version };
}
