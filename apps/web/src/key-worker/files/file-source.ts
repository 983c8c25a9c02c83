/** A file that a person chose, as the device reads it. A file that changed, moved or went away since it was chosen cannot be read. */
import { ConflictError } from '@strongroom/core';
import type { FileSource } from '@strongroom/device';

/** The source over a chosen file; `path` names it in the device's journal. */
export function sourceOf(file: File, path: string): FileSource {
  return {
    name: file.name,
    sizeBytes: file.size,
    modifiedAtMs: file.lastModified,
    path,
    async read(offset, length) {
      try {
        return new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
      } catch (cause) {
        throw new ConflictError('SOURCE_CHANGED', {}, { cause });
      }
    },
  };
}
