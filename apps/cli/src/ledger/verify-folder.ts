/**
 * Checks an exported folder with no server and no home, as the verifier page does: apps/verifier reads the ledgers, this reads the files.
 * A root from a printed kit vouches for everything; without one the report says that the keys came from the folder itself.
 */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError, StrongroomError, encodeHex, officeId } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import type { LedgerVerification } from '@strongroom/device';
import { parsePolicy } from '@strongroom/ledger';
import { foldLedgers, vaultNamePattern } from '@strongroom/verifier';
import type { FoldedLedger, LedgerSource } from '@strongroom/verifier';
import { isMissing } from '../home/durable-file.ts';
import { nameSubject } from '../subject.ts';
import { checkStamps, findStamps, readAuthorities } from './verify-time-stamps.ts';
import type { CheckedStamp, FoundStamp } from './verify-time-stamps.ts';

/** What was found good. */
export interface FolderReport {
  readonly ledgers: readonly LedgerVerification[];
  /** Hash of the office's entry 0 in hexadecimal. */
  readonly firmRoot: string;
  /** Where the keys came from: a root or policy that was handed in, or the folder itself. */
  readonly trust: 'root' | 'policy' | 'folder';
  /** Time stamps that lie with the ledgers, checked as far as authorities were given. Absent where there are none. */
  readonly timeStamps?: readonly CheckedStamp[];
  /** Names of the witnesses of the policy that countersigned every one of the ledgers. */
  readonly witnesses: readonly string[];
}

/**
 * Verifies every ledger in a folder.
 * @throws IntegrityError PROOF_INVALID, SIGNATURE_INVALID, GENESIS_MISMATCH; InputError FILE_UNREADABLE, FORMAT_INVALID
 */
export async function verifyFolder(options: {
  readonly folder: string;
  readonly policyPath?: string;
  readonly root?: string;
  /** PEM file of the time-stamp authorities that are trusted. */
  readonly authoritiesPath?: string;
}): Promise<FolderReport> {
  const { folder, policyPath, authoritiesPath } = options;
  const root = options.root?.trim().toLowerCase();
  const engine = createNodeEngine();
  const policy = policyPath === undefined ? undefined : parsePolicy(engine, await getFile(policyPath));
  const authorities = authoritiesPath === undefined ? undefined : await readAuthorities(authoritiesPath);
  const names = await listLedgers(folder);
  const stampsOf = new Map<string, readonly FoundStamp[]>();
  for (const name of names) stampsOf.set(name, await findStamps(folder, name));
  const sizes = new Set([...stampsOf.values()].flat().map(({ size }) => size));
  const sourceOf = (name: string): LedgerSource => ({
    name,
    readFile: async (path) => await findFile(join(folder, name, ...path.split('/'))),
  });
  const { office, vaults } = await foldLedgers(
    engine,
    {
      office: sourceOf('office'),
      vaults: names.filter((name) => vaultNamePattern.test(name)).map(sourceOf),
    },
    {
      ...(policy === undefined ? {} : { policy }),
      ...(root === undefined ? {} : { root }),
      wanted: () => sizes,
    },
  ).catch((error: unknown) => {
    // A root that differs is told: whoever holds the kit compares it with the printed one.
    if (error instanceof StrongroomError && error.code === 'GENESIS_MISMATCH')
      throw nameSubject(error, String(error.details['root'] ?? ''));
    throw error;
  });
  const trust = root !== undefined ? 'root' : policy !== undefined ? 'policy' : 'folder';
  const folded = [office.folded, ...vaults];
  const cosigners = folded.map(({ checkpoint }) => checkpoint.cosignatures.map(({ key }) => key.name));
  const [first = [], ...others] = cosigners;
  const witnesses = first.filter((name) => others.every((names) => names.includes(name)));
  const timeStamps: CheckedStamp[] = [];
  for (const one of folded) {
    const stamps = stampsOf.get(one.ledger === officeId ? 'office' : one.ledger) ?? [];
    timeStamps.push(...(await checkStamps(stamps, { folded: one, office, authorities })));
  }
  return {
    ledgers: folded.map(toVerification),
    trust,
    firmRoot: office.firmRoot,
    witnesses,
    ...(timeStamps.length === 0 ? {} : { timeStamps }),
  };
}

function toVerification({ ledger, checkpoint, voids, disagreements }: FoldedLedger): LedgerVerification {
  return {
    ledger,
    origin: checkpoint.origin,
    size: checkpoint.size,
    root: encodeHex(checkpoint.root),
    entries: checkpoint.size,
    voids,
    disagreements,
  };
}

async function listLedgers(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw nameSubject(new InputError('FILE_UNREADABLE', {}, { cause: error }), folder);
  });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  if (!names.includes('office')) throw nameSubject(new InputError('FILE_UNREADABLE'), join(folder, 'office'));
  return names.toSorted();
}

async function getFile(path: string): Promise<Uint8Array> {
  const found = await findFile(path);
  if (found === undefined) throw nameSubject(new InputError('FILE_UNREADABLE'), path);
  return found;
}

async function findFile(path: string): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw nameSubject(new InputError('FILE_UNREADABLE', {}, { cause: error }), path);
  }
}
