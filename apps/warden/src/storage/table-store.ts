/**
 * Tables on the disk: `snapshot-<n>` and the journal of what came after it, `journal-<n>` (docs/spec/warden.md section 2).
 * A snapshot is "SRS1" ‖ SHA-256 of the payload ‖ payload, put in place by a rename; only then the older pair is removed.
 */
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { IntegrityError, compareBytes, concatBytes, encodeUtf8 } from '@strongroom/core';
import type { WardenContext } from '../context.ts';
import { findFileBytes, listFiles, onDisk, replaceDurableFile, syncDirectory } from './durable-files.ts';
import { Journal } from './journal.ts';

const magic = encodeUtf8('SRS1');
const headBytes = magic.length + 32;

export type StoredTables = {
  readonly number: number;
  /** The newest snapshot's payload, undefined before the first. */
  readonly snapshot: Uint8Array | undefined;
  readonly journal: Journal;
  readonly records: readonly Uint8Array[];
};

type StoreContext = Pick<WardenContext, 'engine' | 'faults'>;

/** Opens the newest snapshot and its journal. @throws IntegrityError WARDEN_STATE_CORRUPT */
export async function openTableStore(directory: string, context: StoreContext): Promise<StoredTables> {
  const names = await listFiles(directory);
  const numbers = names.flatMap((name) => {
    const match = /^snapshot-([0-9]{1,9})$/.exec(name);
    return match === null ? [] : [Number(match[1])];
  });
  const number = Math.max(0, ...numbers);
  let snapshot: Uint8Array | undefined;
  if (number > 0)
    snapshot = readSnapshot(context, await findFileBytes(join(directory, `snapshot-${number}`)));
  await context.faults.hit('warden.start.after-snapshot');
  const { journal, records } = await openJournal(directory, number, context);
  await removeFiles(
    directory,
    names.filter((name) => !name.endsWith(`-${number}`)),
  );
  return { number, snapshot, journal, records };
}

/** Writes the next snapshot and starts its journal. The older journal is closed by the caller. */
export async function writeSnapshot(
  directory: string,
  options: { readonly number: number; readonly payload: Uint8Array; readonly context: StoreContext },
): Promise<Journal> {
  const { number, payload, context } = options;
  const bytes = concatBytes(magic, context.engine.sha256(payload), payload);
  await replaceDurableFile(join(directory, `snapshot-${number}`), bytes, () =>
    context.faults.hit('warden.snapshot.after-write'),
  );
  await context.faults.hit('warden.snapshot.after-rename');
  const { journal } = await openJournal(directory, number, context);
  const names = await listFiles(directory);
  await removeFiles(
    directory,
    names.filter((name) => !name.endsWith(`-${number}`)),
  );
  return journal;
}

async function openJournal(
  directory: string,
  number: number,
  context: StoreContext,
): Promise<{ journal: Journal; records: Uint8Array[] }> {
  return await Journal.open({ path: join(directory, `journal-${number}`), directory, ...context });
}

function readSnapshot({ engine }: StoreContext, bytes: Uint8Array | undefined): Uint8Array {
  if (bytes === undefined || compareBytes(bytes.subarray(0, magic.length), magic) !== 0) throw corrupt();
  const payload = bytes.subarray(headBytes);
  if (compareBytes(engine.sha256(payload), bytes.subarray(magic.length, headBytes)) !== 0) throw corrupt();
  return payload;
}

async function removeFiles(directory: string, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await onDisk('remove', async () => {
    for (const name of names) await unlink(join(directory, name));
    await syncDirectory(directory);
  });
}

function corrupt(): IntegrityError {
  return new IntegrityError('WARDEN_STATE_CORRUPT', { file: 'snapshot' });
}
