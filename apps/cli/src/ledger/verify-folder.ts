/**
 * Checks an exported folder with no server and no home. The office ledger carries its own trust: entry 0 names the key that
 * signs its checkpoints, its hash is the firm's root, and each vault's key is named by a statement in it. So a root from a
 * printed kit vouches for everything; without one the report says that the keys came from the folder itself.
 */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createOfficeState, createVaultState, decodeEntry, entryHash, judge } from '@strongroom/authority';
import type { Body, States } from '@strongroom/authority';
import { InputError, IntegrityError, encodeHex, isId, officeId } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import type { LedgerVerification } from '@strongroom/device';
import { decodeEntryBundle, parsePolicy, verifyExportedLog } from '@strongroom/ledger';
import type { ExportedEntry, TlogPolicy } from '@strongroom/ledger';
import { isMissing } from '../home/durable-file.ts';
import { nameSubject } from '../subject.ts';

type Engine = ReturnType<typeof createNodeEngine>;

/** What was found good. */
export interface FolderReport {
  readonly ledgers: readonly LedgerVerification[];
  /** Hash of the office's entry 0 in hexadecimal, where the office is in the folder. */
  readonly firmRoot?: string;
  /** Where the keys came from: a root or policy that was handed in, or the folder itself. */
  readonly trust: 'root' | 'policy' | 'folder';
}

/**
 * Verifies every ledger in a folder.
 * @throws IntegrityError PROOF_INVALID, SIGNATURE_INVALID, GENESIS_MISMATCH; InputError FILE_UNREADABLE, FORMAT_INVALID
 */
export async function verifyFolder(options: {
  readonly folder: string;
  readonly policyPath?: string;
  readonly root?: string;
}): Promise<FolderReport> {
  const { folder, policyPath, root } = options;
  const engine = createNodeEngine();
  const policy = policyPath === undefined ? undefined : parsePolicy(engine, await getFile(policyPath));
  const names = await listLedgers(folder);
  const states: States = { office: createOfficeState() };
  const vkeys = new Map<VaultId, string>();
  const ledgers: LedgerVerification[] = [];
  let firmRoot: string | undefined;
  if (names.includes('office')) {
    const office = join(folder, 'office');
    const first = await readFirstEntry(office);
    firmRoot = encodeHex(entryHash(engine, first));
    if (root !== undefined && firmRoot !== root.trim().toLowerCase()) {
      throw nameSubject(new IntegrityError('GENESIS_MISMATCH'), firmRoot);
    }
    const genesis = decodeEntry(first).body;
    if (genesis.k !== 'firm.created') throw new IntegrityError('GENESIS_MISMATCH');
    const trusted = policy ?? policyOfKey(engine, genesis.warden.ledger);
    ledgers.push(
      await verifyOne(engine, { folder: office, ledger: officeId, policy: trusted, states }, (body) => {
        if (body.k === 'vault.created') vkeys.set(body.vault, body.vkey);
      }),
    );
  }
  for (const name of names) {
    if (name === 'office' || !isId('vlt', name)) continue;
    const vkey = vkeys.get(name);
    const trusted = policy ?? (vkey === undefined ? undefined : policyOfKey(engine, vkey));
    // Without the office's statements nobody vouches for the vault's key, and its entries cannot be judged.
    if (trusted === undefined || firmRoot === undefined) {
      throw nameSubject(new InputError('FILE_UNREADABLE'), join(folder, 'office'));
    }
    const vault: States = { office: states.office, vault: createVaultState(name) };
    ledgers.push(
      await verifyOne(engine, { folder: join(folder, name), ledger: name, policy: trusted, states: vault }),
    );
  }
  const trust = root !== undefined ? 'root' : policy !== undefined ? 'policy' : 'folder';
  return { ledgers, trust, ...(firmRoot === undefined ? {} : { firmRoot }) };
}

async function verifyOne(
  engine: Engine,
  log: {
    readonly folder: string;
    readonly ledger: VaultId;
    readonly policy: TlogPolicy;
    readonly states: States;
  },
  onApplied: (body: Body) => void = () => undefined,
): Promise<LedgerVerification> {
  const { folder, ledger, policy, states } = log;
  const exported = await verifyExportedLog(engine, {
    policy,
    readFile: async (path) => await findFile(join(folder, ...path.split('/'))),
  });
  const refused = new Set<number>();
  for await (const { entry } of exported.entries()) {
    const body = findBody(entry);
    if (body?.k === 'warden.refused') refused.add(body.index);
  }
  let voids = 0;
  const disagreements: { index: number; code: string }[] = [];
  for await (const { index, entry } of exported.entries() as AsyncGenerator<ExportedEntry>) {
    const verdict = await judge(engine, states, entry, { index, ledger, isRefused: refused.has(index) });
    if (verdict.kind === 'applied') {
      onApplied(decodeEntry(entry).body);
      continue;
    }
    voids += 1;
    if (verdict.code !== 'VOID_REFUSED') disagreements.push({ index, code: verdict.code });
  }
  const { checkpoint } = exported;
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

function findBody(entry: Uint8Array): Body | undefined {
  try {
    return decodeEntry(entry).body;
  } catch {
    return undefined; // an entry nobody can decode is void; judging says so
  }
}

function policyOfKey(engine: Engine, vkey: string): TlogPolicy {
  return parsePolicy(engine, new TextEncoder().encode(`log ${vkey}\nquorum none\n`));
}

async function readFirstEntry(folder: string): Promise<Uint8Array> {
  const bundles = join(folder, 'tile', 'entries');
  const whole = await findFile(join(bundles, '000'));
  const partials = whole === undefined ? await readdir(join(bundles, '000.p')).catch(() => []) : [];
  const widest = partials.map(Number).toSorted((left, right) => right - left)[0];
  const bundle =
    whole ?? (widest === undefined ? undefined : await findFile(join(bundles, '000.p', String(widest))));
  const first = bundle === undefined ? undefined : decodeEntryBundle(bundle)[0];
  if (first === undefined) throw nameSubject(new InputError('FILE_UNREADABLE'), bundles);
  return first;
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
