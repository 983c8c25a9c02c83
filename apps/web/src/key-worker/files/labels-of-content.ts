/** The labels that new content of a document begins with: its own, but for the mark of a copy whose old content was settled. */
import type { RecordId, RoomId } from '@strongroom/core';
import type { Device } from '@strongroom/device';
import { settledLabel } from '../../keys/contract.ts';

/** What to give `addVersion` beside the content; nothing where the document's labels can stay as they are. */
export async function labelsOfContent(
  { records }: Device,
  { room, record }: { readonly room: RoomId; readonly record: RecordId },
): Promise<{ readonly labels?: Readonly<Record<string, string>> }> {
  const row = (await records.list({ room, refresh: false })).find((each) => each.record === record);
  if (row?.labels[settledLabel] === undefined) return {};
  const { [settledLabel]: _settled, ...labels } = row.labels;
  return { labels };
}
