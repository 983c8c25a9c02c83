/** The name that a version is shown and saved under. */
import type { RecordRow } from '@strongroom/device';

/** The newest version has the name that the document has now, also where that changed after it was opened; older ones keep theirs. */
export function nameOfVersion(row: RecordRow, version: number, openedName: string): string {
  return version === row.version && row.name !== '' ? row.name : openedName;
}
