/** All ledgers of the firm: the office's and one for each vault, with the states that the server has folded from them. */
import { editionOf } from '@strongroom/authority';
import type { Moment, OfficeState, States } from '@strongroom/authority';
import { assert, officeId } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import type { NodeEngine } from '@strongroom/core/node';
import type { FaultPoints } from '@strongroom/warden';
import type { Clock } from '../clock.ts';
import type { ServerFaultPoint } from '../fault-points.ts';
import type { Log } from '../log.ts';
import type { VaultFolders } from '../storage/index.ts';
import type { WardenLink } from '../warden-link.ts';
import { createBooks } from './books.ts';
import { Ledger } from './ledger.ts';
import { finishRestore } from './finish-restore.ts';
import type { PendingStatement } from './finish-restore.ts';
import { assertInForce } from './warden-in-force.ts';

/** What ledgers are made of. */
export type LedgersParts = {
  readonly folders: VaultFolders;
  readonly engine: NodeEngine;
  readonly clock: Clock;
  readonly warden: WardenLink;
  readonly faults: FaultPoints<ServerFaultPoint>;
  readonly log: Log;
  /** What `strongroom restore` left to be done. */
  readonly restore: PendingStatement;
  /** What `strongroom warden promote` left to be done. */
  readonly promotion: PendingStatement;
};

/** The ledgers. */
export interface Ledgers {
  readonly office: Ledger;
  /** A ledger by its id, the office's included. */
  find(vault: VaultId): Ledger | undefined;
  /** Ids of the vaults, without the office. */
  vaults(): readonly VaultId[];
  /** Opens the ledger of a vault whose statement is in the office ledger; finds it when it is open. */
  open(vault: VaultId): Promise<Ledger>;
  readonly officeState: OfficeState;
  /** The office, and the vault unless it is the office itself. @throws AssertionError for a vault that is not open */
  states(vault: VaultId): States;
  /** Now: all office entries, the server's clock. */
  now(): Moment;
  /** Some ledger is behind its warden or differs from it. */
  readonly isRestoreMode: boolean;
  /** Some ledger's fold is not what its database holds, because the database failed. */
  readonly isStale: boolean;
  /** Compares all ledgers with the warden and sends it the rest. */
  meetWarden(): Promise<void>;
  /** Mends and sends what a failure left behind; asks the warden for entries of its own and appends them. */
  tick(): Promise<void>;
}

/** Opens the ledgers that the database knows. */
export async function openLedgers(parts: LedgersParts): Promise<Ledgers> {
  const { folders, clock, warden } = parts;
  const books = createBooks(parts.engine);
  const open = new Map<VaultId, Ledger>();
  const office = await Ledger.open({
    ...parts,
    id: officeId,
    store: folders.open(officeId).store,
    book: books.office,
    officeSize: () => null,
    afterVoid: async () => {
      for (const ledger of open.values()) if (ledger.id !== officeId) await ledger.refold();
    },
  });
  open.set(officeId, office);

  async function openVault(id: VaultId): Promise<Ledger> {
    const found = open.get(id);
    if (found !== undefined) return found;
    const ledger = await Ledger.open({
      ...parts,
      id,
      store: folders.open(id).store,
      book: books.vault(id),
      officeSize: () => office.wardenSize,
    });
    open.set(id, ledger);
    return ledger;
  }

  async function meet(some: readonly (readonly [VaultId, Ledger])[]): Promise<void> {
    const hello = await warden.call((client) => client.hello());
    const { ledgers } = hello;
    const promotion = parts.promotion.findStatement();
    const isNext = assertInForce(books.officeState(), hello, promotion);
    for (const [id, ledger] of some) {
      const position = ledgers.find((each) => each.ledger === id);
      if (isBehindEdition(id, position)) {
        // The warden reads the office in, and then the statement that lets it go on.
        if (id === officeId) await ledger.meetWarden(position);
        const statement = id === officeId ? parts.restore.findStatement() : undefined;
        if (statement !== undefined) await ledger.append({ ...statement, isOnce: true });
      }
      if (isNext && id === officeId && promotion !== undefined) {
        // What it has not seen yet, and then the statement by which it is the warden.
        await ledger.meetWarden(position);
        await ledger.append({ ...promotion, isOnce: true });
      }
      if ((position?.edition ?? 0) === editionOf(books.officeState(), id)) await ledger.meetWarden(position);
      else ledger.enterRestoreMode();
    }
    if (promotion !== undefined && books.officeState().warden?.number === hello.warden)
      parts.promotion.forget();
    // A vault that waits for its restore is asked about when it is whole; until then the restore is not done.
    if (
      [...open.values()].every((ledger) => !ledger.isRestoreMode) &&
      parts.restore.findStatement() !== undefined &&
      !isBehindEdition(
        officeId,
        ledgers.find(({ ledger }) => ledger === officeId),
      )
    )
      await finishRestore(parts, open);
  }

  function isBehindEdition(id: VaultId, position: { readonly edition: number } | undefined): boolean {
    return (position?.edition ?? 0) > editionOf(books.officeState(), id);
  }

  const rows = await folders.office.read((db) =>
    db.selectFrom('vaults').select('vault').where('is_open', '=', 1).orderBy('created_ms').execute(),
  );
  for (const row of rows) await openVault(row.vault as VaultId);

  return {
    office,
    find: (vault) => open.get(vault),
    vaults: () => [...open.keys()].filter((id) => id !== officeId),
    async open(vault) {
      const isNew = !open.has(vault);
      const ledger = await openVault(vault);
      if (isNew) await meet([[vault, ledger]]);
      return ledger;
    },
    get officeState() {
      return books.officeState();
    },
    states(vault) {
      if (vault === officeId) return { office: books.officeState() };
      const state = books.vaultState(vault);
      assert(state !== undefined, 'the vault is open');
      return { office: books.officeState(), vault: state };
    },
    now: () => ({ at: books.officeState().size, atMs: clock.nowMs() }),
    get isRestoreMode() {
      return [...open.values()].some((ledger) => ledger.isRestoreMode);
    },
    get isStale() {
      return [...open.values()].some((ledger) => ledger.isStale);
    },
    // The office first: the warden judges a vault's entries after the office entries that they cite.
    meetWarden: () => meet([...open]),
    async tick() {
      for (const ledger of open.values()) {
        if (ledger.isStale) await ledger.mend();
        await ledger.catchUp();
      }
      const { own } = await warden.call((client) => client.tick());
      for (const ledger of open.values()) if (!ledger.isRestoreMode) ledger.takeOwn(own);
    },
  };
}
