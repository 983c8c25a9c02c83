/** Uploads that were begun and not finished, as far as this device knows without asking the server. */
import type { DeviceContext } from '../device/context.ts';
import type { PendingUpload } from '../device/device.ts';
import { removeStaged } from './part-stage.ts';
import { UploadJournals } from './upload-journal.ts';
import type { UploadJournal } from './upload-journal.ts';

const segmentContentBytes = 262_112;

/** Unfinished uploads. What waits in the stage for no journal is removed: its keys are gone. */
export async function listUploads(context: DeviceContext): Promise<PendingUpload[]> {
  const { staging } = context.env;
  const staged = await (staging?.list() ?? Promise.resolve([])).catch(() => []);
  const journals = new UploadJournals(context.store);
  const pending: PendingUpload[] = [];
  const known = new Set<string>();
  for (const journal of await journals.list()) {
    known.add(journal.upload);
    const waiting = staged.find(({ upload }) => upload === journal.upload)?.parts ?? [];
    pending.push(await describe(journals, journal, new Set(waiting)));
  }
  for (const { upload } of staged) if (!known.has(upload)) await removeStaged(context, upload);
  return pending.sort((left, right) => left.startedAtMs - right.startedAtMs);
}

/** A part with hashes that waits no more was acknowledged, or is on its way. */
async function describe(
  journals: UploadJournals,
  journal: UploadJournal,
  waiting: ReadonlySet<number>,
): Promise<PendingUpload> {
  let doneBytes = 0;
  for (let part = 0; ; part++) {
    const hashes = await journals.findPart(journal.upload, part);
    if (hashes === undefined) break;
    if (!waiting.has(part)) doneBytes += hashes.leaves.length * segmentContentBytes;
  }
  const isStaged = (await journals.findSealed(journal.upload)) !== undefined;
  const { upload, room, record, version, folder, name, path, startedAtMs } = journal;
  return {
    upload,
    room,
    record,
    version,
    folder,
    class: journal.class,
    name,
    ...(path === undefined ? {} : { path }),
    doneBytes: Math.min(doneBytes, journal.sizeBytes),
    totalBytes: journal.sizeBytes,
    startedAtMs,
    isStaged,
    needsSource: !isStaged,
  };
}
