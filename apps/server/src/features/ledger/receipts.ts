/** Receipts, heads and consistency proofs: what every answer about a ledger carries. */
import { decodeHeads, editionOf } from '@strongroom/authority';
import type { Heads } from '@strongroom/authority';
import { AccessError, assert, officeId } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import type { Receipt } from '@strongroom/protocol';
import type { ServerContext } from '../../context.ts';
import type { Appended, Ledger } from '../../sequencer/index.ts';
import type { CosignedHead } from '../../witnesses/index.ts';

/** Sizes that the caller says it has verified. */
export type KnownSizes = { readonly office: number; readonly vault?: number | undefined };

/** The ledger of an id that the gate let through. @throws AccessError ACCESS_DENIED */
export function getLedger(context: ServerContext, vault: VaultId): Ledger {
  const ledger = context.ledgers.find(vault);
  if (ledger === undefined) throw new AccessError('ACCESS_DENIED');
  return ledger;
}

/** The warden's signed heads. Chains that lie in another ledger are left out. */
export async function readHeads(
  context: ServerContext,
  vault: VaultId,
  chains: readonly string[],
): Promise<{ bytes: Uint8Array; heads: Heads }> {
  const own = chains.filter((chain) => vault === officeId || chain.startsWith('rom_'));
  const { heads } = await context.warden.call((client) =>
    client.getHeads({ ledger: vault, chains: [...new Set(own)] }),
  );
  return { bytes: heads, heads: decodeHeads(heads).heads };
}

/** Proof from the size the caller has to the checkpoint's; undefined from 0 or from beyond. */
export async function proveConsistency(
  ledger: Ledger,
  from: number,
  to: number,
): Promise<{ from: number; hashes: Uint8Array[] } | undefined> {
  if (from === 0 || from > to) return undefined;
  return { from, hashes: await ledger.tree.consistency(from, to) };
}

/** A receipt of an entry under a checkpoint of at least `sizeMin` entries. */
export async function makeReceipt(
  context: ServerContext,
  options: {
    readonly ledger: VaultId;
    readonly index: number;
    readonly known: number;
    readonly sizeMin?: number;
    /** The head to prove it under, where the newest will not do. */
    readonly witnessed?: CosignedHead | undefined;
    readonly stored?: Appended['stored'] | undefined;
  },
): Promise<Receipt> {
  const ledger = getLedger(context, options.ledger);
  const { index } = options;
  const checkpoint = options.witnessed ?? (await newestCheckpoint(context, ledger, options));
  const { entry, salt } = options.stored ?? (await readStored(context, options.ledger, index));
  const consistency = await proveConsistency(ledger, options.known, checkpoint.size);
  return {
    ledger: options.ledger,
    edition: editionOf(context.ledgers.officeState, options.ledger),
    index,
    entry,
    ...(salt === undefined ? {} : { salt }),
    checkpoint: checkpoint.note,
    inclusion: await ledger.tree.inclusion(index, checkpoint.size),
    ...(consistency === undefined ? {} : { consistency }),
  };
}

async function newestCheckpoint(
  context: ServerContext,
  ledger: Ledger,
  { index, sizeMin = 0 }: { readonly index: number; readonly sizeMin?: number },
): Promise<Pick<CosignedHead, 'size' | 'note'>> {
  const checkpoint = await ledger.checkpointAt(Math.max(index + 1, sizeMin));
  return { size: checkpoint.size, note: context.witnesses.decorate(ledger.id, checkpoint) };
}

async function readStored(
  context: ServerContext,
  ledger: VaultId,
  index: number,
): Promise<NonNullable<Appended['stored']>> {
  const row = await context.folders
    .open(ledger)
    .store.read((db) =>
      db
        .selectFrom('entries')
        .leftJoin('payloads', 'payloads.position', 'entries.position')
        .select(['entries.entry', 'payloads.salt'])
        .where('entries.position', '=', index)
        .executeTakeFirst(),
    );
  assert(row !== undefined, 'an entry with an index has a row');
  return { entry: row.entry, salt: row.salt ?? undefined };
}

/** Receipt and heads after an entry was appended. */
export async function confirm(
  context: ServerContext,
  options: {
    readonly ledger: VaultId;
    readonly index: number;
    readonly known: KnownSizes;
    readonly chains: readonly string[];
    /** Heads of these chains that came with the warden's answer, and so with a checkpoint that is not behind them. */
    readonly heads?: Uint8Array | undefined;
    readonly stored?: Appended['stored'] | undefined;
    readonly witnessed?: CosignedHead | undefined;
  },
): Promise<{ receipt: Receipt; heads: Uint8Array }> {
  const { ledger, index, known, stored, witnessed } = options;
  const knownSize = ledger === officeId ? known.office : (known.vault ?? 0);
  if (options.heads !== undefined) {
    const receipt = await makeReceipt(context, { ledger, index, known: knownSize, stored, witnessed });
    return { receipt, heads: options.heads };
  }
  const { bytes, heads } = await readHeads(context, ledger, options.chains);
  const receipt = await makeReceipt(context, { ledger, index, known: knownSize, sizeMin: heads.size });
  return { receipt, heads: bytes };
}
