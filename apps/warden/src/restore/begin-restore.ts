/**
 * A warden's home before a restore (docs/spec/warden.md section 12): what it knows is kept aside, its ledgers begin anew in the
 * next edition, and what can be opened stays what it is: keys that are gone are gone, slots that were handed out stay so. Done
 * with the warden stopped; killed anywhere, it is done again from the beginning.
 */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { editionOf } from '@strongroom/authority';
import type { OfficeState, VaultState } from '@strongroom/authority';
import { ConflictError, officeId } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import type { NodeEngine } from '@strongroom/core/node';
import type { WardenContext } from '../context.ts';
import { WardenState } from '../state/warden-state.ts';
import { findFileBytes, replaceDurableFile, syncDirectory } from '../storage/durable-files.ts';
import { lockHome } from '../storage/home-lock.ts';
import { openTableStore, writeSnapshot } from '../storage/table-store.ts';
import { Tables } from '../tables/tables.ts';
import { readTables } from '../tables/read-tables.ts';
import type { RestorePlan } from '../tables/restore-plan.ts';
import { refusalName } from '../standby/kept-refusal.ts';
import { createUnservedContext } from '../unserved-context.ts';

const keptName = 'before-restore';
/** The same once the restore is done, for one that follows before the warden has read anything in. */
const rememberedName = 'remembered';

/** In a home that was made out of a disaster copy, until it was restored beside a backup. */
export const recoveredName = 'recovered';

/** What a warden knew before its ledgers began anew. */
export type WardenMemory = {
  readonly publicKey: Uint8Array;
  /** It comes from a disaster copy: what its warden did afterwards is not in it. */
  readonly isRecovered: boolean;
  readonly office: OfficeState;
  /** The edition that a restore begins. */
  readonly nextEdition: number;
  /** Its ledgers in the edition that ends. */
  readonly ledgers: readonly RememberedLedger[];
};

export type RememberedLedger = {
  readonly ledger: VaultId;
  readonly edition: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly state: VaultState;
  /** The leaf hash at an index, if that is not too old. */
  readonly findHash: (index: number) => Uint8Array | undefined;
  /** Which of these entries are void. */
  readonly voids: readonly number[];
};

/** @throws ConflictError RESTORE_UNFINISHED */
export function assertNoRestoreUnfinished(home: string): void {
  if ([keptName, recoveredName].some((name) => existsSync(join(home, name))))
    throw new ConflictError('RESTORE_UNFINISHED');
}

/** A home out of a disaster copy was restored beside a backup. @throws ConflictError RESTORE_UNFINISHED */
export function assertRestored(home: string): void {
  if (existsSync(join(home, recoveredName))) throw new ConflictError('RESTORE_UNFINISHED');
}

type Options = { readonly home: string; readonly engine: NodeEngine };

/** Looks at a home without changing it. @throws ConflictError WARDEN_BUSY; IntegrityError WARDEN_STATE_CORRUPT */
export async function readWardenMemory(options: Options): Promise<WardenMemory> {
  return await withHome(options, async ({ memory }) => memory);
}

/**
 * Begins an edition of every ledger, and has none of them hold an entry: the plan says what is read in, and nothing else is. Until
 * `endRestore` the warden does not start.
 * @throws ConflictError WARDEN_BUSY; IntegrityError WARDEN_STATE_CORRUPT; DependencyError WARDEN_STORAGE_FAILED
 */
export async function beginRestore(
  options: Options & { readonly edition: number; readonly plan: RestorePlan },
): Promise<WardenMemory> {
  const { edition, plan } = options;
  return await withHome(options, async ({ context, state, tables, live, memory, number }) => {
    const nowMs = context.clock.nowMs();
    if (!existsSync(join(options.home, keptName)))
      // Also where it is what was remembered: the next run must find the same.
      await replaceDurableFile(join(options.home, keptName), tables.encode(nowMs), async () => undefined);
    // Ledgers that the office of the backup does not name yet are not its to begin anew.
    const ledgers = new Set([...memory.ledgers.map(({ ledger }): string => ledger), ...plan.ledgers.keys()]);
    await state.beginEditions(new Map([...ledgers].map((ledger) => [ledger, edition] as const)));
    const journal = await writeSnapshot(join(options.home, 'tables'), {
      number: number + 1,
      payload: live.beginAgain(nowMs, plan).encode(nowMs),
      context,
    });
    await journal.close();
    return memory;
  });
}

/** The restore is done as far as the warden's home goes: the next start reads the restored ledgers in. */
export async function endRestore(home: string): Promise<void> {
  const path = join(home, keptName);
  if (existsSync(path)) {
    await rename(path, join(home, rememberedName));
    await syncDirectory(home);
  }
  // The owner's kit has said what this warden goes on from: what a standby knew of the state before is in no edition any more.
  for (const name of [recoveredName, refusalName]) await rm(join(home, name), { force: true });
  await syncDirectory(home);
}

async function withHome<T>(
  { home, engine }: Options,
  work: (open: {
    readonly context: WardenContext;
    readonly state: WardenState;
    /** What is known, and what lies there now: the same but after a restore that was not read in. */
    readonly tables: Tables;
    readonly live: Tables;
    readonly memory: WardenMemory;
    readonly number: number;
  }) => Promise<T>,
): Promise<T> {
  const lock = lockHome(join(home, 'lock'));
  const context = createUnservedContext(engine, home);
  try {
    for (const name of ['state', 'tables']) await mkdir(join(home, name), { recursive: true, mode: 0o700 });
    const state = await WardenState.open(context, join(home, 'state'), join(home, 'state-key'));
    try {
      const stored = await openTableStore(join(home, 'tables'), context);
      await stored.journal.close();
      const live = readTables(context, stored);
      const tables = await readWhatIsKnown({ context, state, live });
      const memory = rememberTables(state, tables, existsSync(join(home, recoveredName)));
      return await work({ context, state, tables, live, memory, number: stored.number });
    } finally {
      await state.close();
    }
  } finally {
    lock.close();
  }
}

/** The tables, or, while they have not read a restore in, those of before it. */
async function readWhatIsKnown({
  context,
  state,
  live,
}: {
  readonly context: WardenContext;
  readonly state: WardenState;
  readonly live: Tables;
}): Promise<Tables> {
  const { home, engine, clock } = context;
  const kept = await findFileBytes(join(home, keptName));
  const isReadIn = state.edition(officeId) <= editionOf(live.office, officeId);
  const bytes = kept ?? (isReadIn ? undefined : await findFileBytes(join(home, rememberedName)));
  return bytes === undefined ? live : Tables.decode(engine, bytes, clock.monotonicMs());
}

/** Of the ledgers, those that the office names; their editions are its word, not that of what may have begun anew. */
function rememberTables(state: WardenState, tables: Tables, isRecovered: boolean): WardenMemory {
  const ledgers = state
    .ledgerIds()
    .filter((id) => id === officeId || tables.office.vaults.has(id as VaultId))
    .map((id): RememberedLedger => {
      const ledger = id as VaultId;
      const table = tables.ledger(ledger);
      return {
        ledger,
        edition: editionOf(tables.office, ledger),
        size: table.size,
        root: table.root(),
        state: tables.rooms(ledger),
        findHash: (index) => table.findHash(index),
        voids: table.listVoids(),
      };
    });
  const nextEdition = Math.max(...state.ledgerIds().map((id) => state.edition(id)), 0) + 1;
  return { publicKey: state.publicKey.slice(), isRecovered, office: tables.office, nextEdition, ledgers };
}
