/**
 * Makes a warden's home out of a disaster copy (docs/spec/warden.md section 13). It stands beside its place until it is whole, and no
 * warden starts on it before it was restored beside a backup: the copy may be older than what was destroyed.
 */
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConflictError, InputError, IntegrityError, StrongroomError, wipeBytes } from '@strongroom/core';
import type { FirmId } from '@strongroom/core';
import type { NodeEngine } from '@strongroom/core/node';
import { recoveredName } from '../restore/begin-restore.ts';
import { WardenState } from '../state/warden-state.ts';
import { replaceDurableFile, syncDirectory } from '../storage/durable-files.ts';
import { writeSnapshot } from '../storage/table-store.ts';
import { Tables } from '../tables/tables.ts';
import { decodeCopy } from './copy-content.ts';
import { readCopy } from './copy-files.ts';
import type { CopyProgress } from './copy-files.ts';
import type { CopySettings } from './copy-settings.ts';
import { createUnservedContext } from '../unserved-context.ts';

/** What was in the copy. */
export type RecoveredHome = { readonly madeAtMs: number; readonly ledgers: number; readonly entries: number };

/**
 * @throws ConflictError RECOVER_HOME_FILLED; InputError COPY_UNKNOWN; IntegrityError COPY_DAMAGED; DependencyError WARDEN_STORAGE_FAILED
 */
export async function recoverHome(options: {
  readonly engine: NodeEngine;
  /** Where the home is to lie. */
  readonly home: string;
  readonly from: CopySettings;
  readonly firm: FirmId;
  /** Secret half of the firm's recovery key. */
  readonly recoverySeed: Uint8Array;
  readonly onProgress?: CopyProgress | undefined;
}): Promise<RecoveredHome> {
  const { engine, home, from, firm, recoverySeed, onProgress } = options;
  const lying = await readdir(home).catch(() => []); // not there
  if (lying.length > 0) throw new ConflictError('RECOVER_HOME_FILLED');
  const bytes = await readCopy(engine, { place: { ...from, firm }, recoverySeed, onProgress });
  const making = `${home}.recovering`;
  await rm(making, { recursive: true, force: true });
  const context = createUnservedContext(engine, making);
  try {
    const copied = decodeCopy(bytes);
    const tables = Tables.decode(engine, copied.tables, context.clock.monotonicMs());
    if (copied.state['firm'] !== firm || tables.office.firm?.id !== firm)
      throw new IntegrityError('COPY_DAMAGED', { reason: 'firm' });
    for (const name of ['state', 'tables']) await mkdir(join(making, name), { recursive: true, mode: 0o700 });
    await WardenState.adopt(context, {
      directory: join(making, 'state'),
      keyPath: join(making, 'state-key'),
      copied: copied.state,
    });
    const journal = await writeSnapshot(join(making, 'tables'), {
      number: 1,
      payload: copied.tables,
      context,
    });
    await journal.close();
    const note = new TextEncoder().encode(`${JSON.stringify({ madeAtMs: copied.madeAtMs })}\n`);
    await replaceDurableFile(join(making, recoveredName), note);
    await rm(home, { recursive: true, force: true });
    await rename(making, home);
    await syncDirectory(dirname(home));
    const sizes = [...tables.ledgers.values()].map(({ size }) => size);
    return {
      madeAtMs: copied.madeAtMs,
      ledgers: sizes.length,
      entries: sizes.reduce((sum, size) => sum + size, 0),
    };
  } catch (cause) {
    const isInput =
      cause instanceof InputError ||
      (cause instanceof StrongroomError && cause.code === 'WARDEN_STATE_CORRUPT');
    throw isInput ? new IntegrityError('COPY_DAMAGED', { reason: 'content' }, { cause }) : cause;
  } finally {
    wipeBytes(bytes);
  }
}
