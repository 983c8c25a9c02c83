/**
 * A standby takes its warden's place, by the kit of an owner, while the server stands still (docs/spec/warden.md section 11). First the standby
 * makes itself the warden, durably; then the statement lies in the home and the address in config.json; the server's next start puts the
 * statement into the office's ledger. Killed anywhere, the same command goes on.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import {
  createOfficeState,
  createVaultState,
  decodeEntry,
  editionOf,
  judge,
  ledgerKeysOf,
  signBody,
  vkeyUnder,
} from '@strongroom/authority';
import type { OfficeState, TakenOverLedger } from '@strongroom/authority';
import {
  ConflictError,
  DependencyError,
  encodeCbor,
  InputError,
  isEqualConstantTime,
  officeId,
} from '@strongroom/core';
import type { UnlockId, VaultId } from '@strongroom/core';
import type { NodeEngine } from '@strongroom/core/node';
import { leafHash, RightEdge } from '@strongroom/ledger';
import { connectWarden, lockHome, parseAddress, readCredentials } from '@strongroom/warden';
import type { HelloAnswer, WardenClient } from '@strongroom/warden';
import { replaceFile } from './home-note.ts';
import { listEntries, openForReading } from './database.ts';
import { findKitUnlock } from './restore-statement.ts';
import { syncFolder } from './sealed-file.ts';

/** Where the next warden answers, as config.json will say it. */
export type NextWarden =
  | { readonly socket: string }
  | { readonly address: string; readonly pin: string; readonly credentials: string };

/** What a person is shown before it is done. */
export type PromotionPlan = {
  readonly firm: string;
  /** The number that the warden will have. */
  readonly number: number;
  /** Its key. */
  readonly key: Uint8Array;
  /** The vkey of the firm's own ledger under it, for whoever witnesses. */
  readonly ledgerKey: string;
  readonly entries: number;
  /** Entries that it has not seen: what the one before did alone, or had not handed on. */
  readonly behind: number;
};

/** What to promote, and where. */
export type PromoteOptions = {
  readonly engine: NodeEngine;
  /** The server's folder. */
  readonly home: string;
  readonly next: NextWarden;
  /** Text of the printed kit. */
  readonly kit: string;
  readonly nowMs: number;
  /** Shows what will be done; throws to leave it. */
  readonly confirm: (plan: PromotionPlan) => Promise<void>;
};

type Read = {
  readonly ledger: VaultId;
  readonly size: number;
  readonly root: Uint8Array;
  /** At the sizes that were asked for. */
  readonly roots: ReadonlyMap<number, Uint8Array>;
  /** Beyond what the standby has: entries that its warden found void. */
  readonly voids: readonly number[];
};

/**
 * @throws InputError KIT_INVALID, KIT_OTHER, FILE_UNREADABLE; ConflictError STANDBY_UNFIT; DependencyError HOME_IN_USE, WARDEN_UNREACHABLE,
 * FILE_UNWRITABLE; what `confirm` throws
 */
export async function promoteWarden(options: PromoteOptions): Promise<PromotionPlan> {
  const { home, next } = options;
  if (!existsSync(join(home, 'data', 'office', 'office.sqlite'))) throw new InputError('FILE_UNREADABLE');
  const lock = lockServer(home);
  const client = connectWarden(addressOf(next));
  try {
    return await promote(options, client);
  } finally {
    await client.close();
    lock.close();
  }
}

async function promote(options: PromoteOptions, client: WardenClient): Promise<PromotionPlan> {
  const { engine, home, next, confirm } = options;
  const hello = await client.hello();
  const { office, ledgers } = await readLedgers(engine, home, hello);
  const before = office.warden?.number ?? 0;
  if (office.firm === undefined) throw unfit('ledgers');
  // One that made itself the warden, whose statement has not come to the ledger.
  const isAgain = hello.role === 'active' && hello.warden > before;
  if (hello.role !== 'standby' && !isAgain) throw unfit('active');
  assertHolds(ledgers, hello);
  const behind = ledgers.reduce((sum, { ledger, size }) => sum + size - sizeAt(hello, ledger), 0);
  const plan = {
    firm: office.firm.id,
    number: isAgain ? hello.warden : before + 1,
    key: hello.publicKey,
    ledgerKey: ledgerKeyOf(engine, office, keyAt(hello, officeId)),
    entries: ledgers.reduce((sum, { size }) => sum + size, 0),
    behind,
  };
  const signer = await findSigner(options, office);
  try {
    await confirm(plan);
    const [place] = ledgers;
    if (place === undefined) throw unfit('ledgers');
    const { body, sigs } = await signBody(engine, {
      body: {
        k: 'warden.promoted',
        l: officeId,
        d: signer.id,
        t: options.nowMs,
        pos: { o: [editionOf(office, officeId), place.size, place.root] },
        c: ['firm', office.chain.n, office.chain.head],
        number: plan.number,
        sign: hello.publicKey,
        ledger: keyAt(hello, officeId),
        vaults: takeOver(office, ledgers, hello),
      },
      signers: [signer],
    });
    const [, signature] = sigs[0] ?? [];
    if (signature === undefined) throw new TypeError('there is one signer');
    const voids = ledgers.flatMap(({ ledger, voids: indexes }) =>
      indexes.length === 0 ? [] : [{ ledger, indexes }],
    );
    await client.promote({ body, signer: signer.id, signature, voids });
    const statement = encodeCbor([body, signer.id, signature], { sizeBytesMax: 1_048_576 });
    await replaceFile(join(home, 'promotion-statement'), statement);
    await nameInConfig(join(home, 'config.json'), next);
    await syncFolder(home);
  } finally {
    signer.seed.fill(0);
  }
  return plan;
}

function lockServer(home: string): { close(): void } {
  try {
    return lockHome(join(home, 'server-lock'));
  } catch (cause) {
    if (cause instanceof ConflictError) throw new DependencyError('HOME_IN_USE', {}, { cause });
    throw cause;
  }
}

function addressOf(next: NextWarden): Parameters<typeof connectWarden>[0] {
  if ('socket' in next) return next.socket;
  const at = parseAddress(next.address);
  if (at === undefined) throw new InputError('WARDEN_LINK_INVALID', { reason: 'address' });
  return { ...at, pin: next.pin, credentials: readCredentials(next.credentials) };
}

/** The office first, and each vault that it names, folded from their entries as the server holds them. */
async function readLedgers(
  engine: NodeEngine,
  home: string,
  hello: HelloAnswer,
): Promise<{ readonly office: OfficeState; readonly ledgers: readonly Read[] }> {
  const office = createOfficeState();
  const ledgers = [await readLedger(engine, { home, hello, office, ledger: officeId })];
  for (const vault of office.vaults.keys())
    ledgers.push(await readLedger(engine, { home, hello, office, ledger: vault }));
  return { office, ledgers };
}

async function readLedger(
  engine: NodeEngine,
  {
    home,
    hello,
    office,
    ledger,
  }: {
    readonly home: string;
    readonly hello: HelloAnswer;
    readonly office: OfficeState;
    readonly ledger: VaultId;
  },
): Promise<Read> {
  const isOffice = ledger === officeId;
  const path = join(
    home,
    'data',
    ...(isOffice ? ['office', 'office.sqlite'] : ['vaults', ledger, 'vault.sqlite']),
  );
  const edge = RightEdge.create(engine);
  const roots = new Map<number, Uint8Array>();
  const wanted = sizeAt(hello, ledger);
  // A vault whose folder was never opened has no entry.
  if (!existsSync(path)) return { ledger, size: 0, root: edge.root(), roots, voids: [] };
  const states = isOffice ? { office } : { office, vault: createVaultState(ledger) };
  const database = openForReading(path);
  try {
    const named = new Set<number>();
    for (const { entry } of listEntries(database)) {
      edge.append(leafHash(engine, entry));
      if (edge.size === wanted) roots.set(wanted, edge.root());
      const body = findBody(entry);
      if (body?.k === 'warden.refused') named.add(body.index);
    }
    const unsaid = listUnsaidVoids(database, named);
    const voids = [...unsaid].filter((index) => index >= wanted);
    for (const { index, entry } of listEntries(database)) {
      const isRefused = named.has(index) || unsaid.has(index);
      const { kind } = await judge(engine, states, entry, { index, ledger, isRefused });
      const body = kind === 'applied' ? findBody(entry) : undefined;
      if (body?.k === 'warden.refused' && body.index >= wanted) voids.push(body.index);
    }
    return { ledger, size: edge.size, root: edge.root(), roots, voids };
  } finally {
    database.close();
  }
}

/** Entries that the server was told are void, whose line had not come when all ended. */
function listUnsaidVoids(database: DatabaseSync, named: ReadonlySet<number>): ReadonlySet<number> {
  const rows = database.prepare('select position from entries where void_code is not null').all();
  return new Set(rows.map((row) => row['position'] as number).filter((index) => !named.has(index)));
}

function findBody(bytes: Uint8Array): ReturnType<typeof decodeEntry>['body'] | undefined {
  try {
    return decodeEntry(bytes).body;
  } catch {
    return undefined; // an entry nobody can decode is void; judging says so
  }
}

/** The standby's ledgers are the server's, as far as they go. @throws ConflictError STANDBY_UNFIT */
function assertHolds(ledgers: readonly Read[], hello: HelloAnswer): void {
  for (const { ledger, size, root, isForked } of hello.ledgers) {
    if (isForked) throw unfit('forked');
    if (size === 0) continue;
    const ours = ledgers.find((each) => each.ledger === ledger)?.roots.get(size);
    if (ours === undefined || !isEqualConstantTime(ours, root)) throw unfit('ledgers');
  }
  const missing = ledgers.some(({ ledger }) => !hello.headKeys.some((each) => each.ledger === ledger));
  if (missing) throw unfit('ledgers');
}

function takeOver(
  office: OfficeState,
  ledgers: readonly Read[],
  hello: HelloAnswer,
): readonly TakenOverLedger[] {
  return [...office.vaults.keys()].toSorted().map((vault): TakenOverLedger => {
    const found = ledgers.find(({ ledger }) => ledger === vault);
    if (found === undefined) throw unfit('ledgers');
    return [vault, found.size, found.root, keyAt(hello, vault)];
  });
}

function ledgerKeyOf(engine: NodeEngine, office: OfficeState, key: Uint8Array): string {
  const inForce = ledgerKeysOf(engine, office, officeId).at(-1);
  if (inForce === undefined) throw unfit('ledgers');
  return vkeyUnder(engine, inForce.vkey, key);
}

const sizeAt = (hello: HelloAnswer, ledger: string): number =>
  hello.ledgers.find((each) => each.ledger === ledger)?.size ?? 0;

function keyAt(hello: HelloAnswer, ledger: string): Uint8Array {
  const found = hello.headKeys.find((each) => each.ledger === ledger);
  if (found === undefined) throw unfit('ledgers');
  return found.key;
}

async function findSigner(
  { engine, home, kit }: PromoteOptions,
  office: OfficeState,
): Promise<{ readonly id: UnlockId; readonly seed: Uint8Array }> {
  const officeDatabase = openForReading(join(home, 'data', 'office', 'office.sqlite'));
  try {
    return await findKitUnlock(engine, { known: { office }, officeDatabase, kit });
  } finally {
    officeDatabase.close();
  }
}

async function nameInConfig(path: string, warden: NextWarden): Promise<void> {
  const text = existsSync(path) ? await readFile(path, 'utf8') : '{}';
  const config = JSON.parse(text) as Record<string, unknown>;
  const changed = `${JSON.stringify({ ...config, warden }, null, 2)}\n`;
  await replaceFile(path, new TextEncoder().encode(changed));
}

function unfit(reason: string): ConflictError {
  return new ConflictError('STANDBY_UNFIT', { reason });
}
