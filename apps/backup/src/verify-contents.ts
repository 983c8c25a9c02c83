/** What is inside a backup: databases, their ledgers from the entries up, and every body against the leaves its database has. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { createOfficeState, createVaultState, decodeEntry, judge } from '@strongroom/authority';
import type { States } from '@strongroom/authority';
import { CryptoError, encodeHex, isId, isEqualConstantTime, officeId } from '@strongroom/core';
import type { Engine, VaultId } from '@strongroom/core';
import { leafHash, RightEdge } from '@strongroom/ledger';
import { BodyLeaves } from './body-leaves.ts';
import { parseContents } from './contents.ts';
import type { DatabaseEntry } from './contents.ts';
import { listBodies, listEntries, openForReading } from './database.ts';
import type { BackupHead } from './head.ts';
import { backupsFolder, bodyPath } from './layout.ts';
import { openSealedFile, readSealedFile } from './sealed-file.ts';
import type { Sums } from './sums.ts';

/** One thing that is wrong inside: its path, and a code. */
export type ContentProblem = {
  readonly path: string;
  readonly code: 'UNOPENABLE' | 'DATABASE' | 'LEDGER' | 'ENTRY' | 'BODY_UNLISTED' | 'BODY_ALTERED';
};

/** What was found inside. */
export type VerifiedContents = {
  readonly ledgers: readonly { readonly ledger: string; readonly entries: number; readonly root: string }[];
  readonly bodies: number;
  /** Destroyed while the backup ran. */
  readonly gone: number;
  readonly problems: readonly ContentProblem[];
};

type Inside = {
  readonly target: string;
  readonly head: BackupHead;
  readonly sums: Sums;
  /** Paths that are missing or altered: said already. */
  readonly unreadable: ReadonlySet<string>;
  readonly recoverySeed: Uint8Array;
  readonly folder: string;
  readonly onBytes: (bytes: number) => void;
  readonly signal: AbortSignal;
};

/** @throws IntegrityError BACKUP_DAMAGED where the contents say nothing that can be checked */
export async function verifyContents(engine: Engine, inside: Inside): Promise<VerifiedContents> {
  const { target, head, recoverySeed, unreadable } = inside;
  const { id, firm } = head;
  const place = { firm, path: `${backupsFolder}/${id}/contents` };
  const problems: ContentProblem[] = [];
  const ledgers: { ledger: string; entries: number; root: string }[] = [];
  if (unreadable.has(place.path)) return { ledgers, bodies: 0, gone: 0, problems };
  const contents = parseContents(await readSealedFile(engine, { target, place, recoverySeed }), id);
  const gone = new Set(contents.gone.map(([ledger, upload]) => bodyPath(ledger, upload)));
  const office = createOfficeState();
  let bodies = 0;
  for (const { path, sha256 } of contents.files) {
    if (unreadable.has(path)) continue;
    const hash = createHash('sha256');
    const isOpen = await tryOpen(engine, inside, path, (bytes) => void hash.update(bytes));
    if (!isOpen || hash.digest('hex') !== sha256) problems.push({ path, code: 'UNOPENABLE' });
  }
  // The office first: it says who may, and which vaults there are.
  const databases = contents.databases.toSorted((left) => (left.ledger === officeId ? -1 : 1));
  for (const [place, database] of databases.entries()) {
    const { ledger, path } = database;
    if (unreadable.has(path)) continue;
    const plain = join(inside.folder, `${place}.sqlite`);
    const isGood = isId('vlt', ledger) && (await restoreDatabase(engine, inside, { database, plain }));
    if (!isGood) {
      problems.push({ path, code: 'UNOPENABLE' });
      continue;
    }
    const opened = openForReading(plain);
    try {
      if (opened.prepare('pragma quick_check(1)').get()?.['quick_check'] !== 'ok')
        problems.push({ path, code: 'DATABASE' });
      const states = ledger === officeId ? { office } : { office, vault: createVaultState(ledger) };
      const { problem } = await judgeLedger(engine, { opened, database, states });
      if (problem !== undefined) problems.push({ path, code: problem });
      ledgers.push({ ledger, entries: database.entries, root: database.root });
      for (const { upload, leafHashes } of listBodies(opened)) {
        inside.signal.throwIfAborted();
        const body = bodyPath(ledger, upload);
        if (gone.has(body)) continue;
        bodies += 1;
        if (!inside.sums.has(body)) problems.push({ path: body, code: 'BODY_UNLISTED' });
        else if (!unreadable.has(body)) {
          const leaves = new BodyLeaves();
          const isOpen = await tryOpen(engine, inside, body, (bytes) => leaves.update(bytes));
          if (!isOpen) problems.push({ path: body, code: 'UNOPENABLE' });
          else if (!isEqualConstantTime(leaves.finish(), leafHashes))
            problems.push({ path: body, code: 'BODY_ALTERED' });
        }
      }
    } finally {
      opened.close();
    }
  }
  return { ledgers, bodies, gone: gone.size, problems };
}

/** Opens a database into a plain file; whether it is the one that was sealed. */
async function restoreDatabase(
  engine: Engine,
  inside: Inside,
  { database, plain }: { readonly database: DatabaseEntry; readonly plain: string },
): Promise<boolean> {
  const hash = createHash('sha256');
  const file = await open(plain, 'wx', 0o600);
  try {
    const isOpen = await tryOpen(engine, inside, database.path, async (bytes) => {
      hash.update(bytes);
      await file.writeFile(bytes);
    });
    return isOpen && hash.digest('hex') === database.sha256;
  } finally {
    await file.close();
  }
}

/** A ledger that was folded from its entries. */
export type JudgedLedger = {
  /** What is wrong with it; the rest counts only without. */
  readonly problem?: 'LEDGER' | 'ENTRY';
  readonly edge: RightEdge;
  /** The edge at the size that was asked for. */
  readonly edgeBefore?: RightEdge;
  /** Entries that are void: a line of the ledger names them, or the caller did. */
  readonly voids: ReadonlySet<number>;
};

/** The ledger from its entries up: the root, and each entry by the rules, folded into `states`. */
export async function judgeLedger(
  engine: Engine,
  {
    opened,
    database,
    states,
    voids: known = [],
    sizeBefore,
  }: {
    readonly opened: ReturnType<typeof openForReading>;
    readonly database: DatabaseEntry;
    readonly states: States;
    /** Entries that are known to be void, whether or not a line names them. */
    readonly voids?: readonly number[];
    readonly sizeBefore?: number | undefined;
  },
): Promise<JudgedLedger> {
  const edge = RightEdge.create(engine);
  const voids = new Set(known.filter((index) => index < database.entries));
  let edgeBefore: RightEdge | undefined;
  for (const { index, entry } of listEntries(opened)) {
    if (index !== edge.size) return { problem: 'LEDGER', edge, voids };
    edge.append(leafHash(engine, entry));
    if (edge.size === sizeBefore) edgeBefore = edge.clone();
    const body = findBody(entry);
    if (body?.k === 'warden.refused') voids.add(body.index);
  }
  if (edge.size !== database.entries || encodeHex(edge.root()) !== database.root)
    return { problem: 'LEDGER', edge, voids };
  for (const { index, entry } of listEntries(opened)) {
    const place = { index, ledger: database.ledger as VaultId, isRefused: voids.has(index) };
    const verdict = await judge(engine, states, entry, place);
    if (verdict.kind !== 'applied' && verdict.code !== 'VOID_REFUSED')
      return { problem: 'ENTRY', edge, voids };
  }
  return { edge, voids, ...(edgeBefore === undefined ? {} : { edgeBefore }) };
}

function findBody(entry: Uint8Array): ReturnType<typeof decodeEntry>['body'] | undefined {
  try {
    return decodeEntry(entry).body;
  } catch {
    return undefined; // an entry nobody can decode is void; judging says so
  }
}

/** Whether a file opened to its end. */
async function tryOpen(
  engine: Engine,
  { target, head, recoverySeed, onBytes }: Inside,
  path: string,
  onSegment: (bytes: Uint8Array) => Promise<void> | void,
): Promise<boolean> {
  try {
    await openSealedFile(engine, {
      target,
      place: { firm: head.firm, path },
      recoverySeed,
      onSegment: async (bytes) => {
        onBytes(bytes.length);
        await onSegment(bytes);
      },
    });
    return true;
  } catch (cause) {
    if (cause instanceof CryptoError) return false;
    throw cause;
  }
}
