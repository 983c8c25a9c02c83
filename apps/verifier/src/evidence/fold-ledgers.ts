/**
 * Exported ledgers of one firm, from their files alone. The office's carries its own trust: line 0 names the key that signs its heads,
 * its hash is the firm's root, and each vault's key is named by a statement in it. Every tile and root is made anew from the
 * entries, and every entry is judged by the rules of docs/spec/statements.md.
 */
import {
  createOfficeState,
  createVaultState,
  decodeEntry,
  entryHash,
  judge,
  ledgerKeysOf,
  ledgerKeysUnder,
  nextKey,
  vkeyUnder,
} from '@strongroom/authority';
import type { Body, FirmCreated, LedgerKeySpan, OfficeState, States } from '@strongroom/authority';
import {
  compareBytes,
  decodeHex,
  encodeHex,
  encodeUtf8,
  IntegrityError,
  officeId,
  StrongroomError,
} from '@strongroom/core';
import type { SignatureEngine, VaultId } from '@strongroom/core';
import {
  decodeEntryBundle,
  formatTilePath,
  leafHash,
  parseCheckpoint,
  parseNote,
  parsePolicy,
  RightEdge,
  tileWidthMax,
  verifyCheckpoint,
  verifyExportedLog,
} from '@strongroom/ledger';
import type { ReadExportFile, TlogPolicy, VerifiedCheckpoint } from '@strongroom/ledger';

/** What checking needs of an engine. */
export type EvidenceEngine = Pick<
  SignatureEngine,
  'sha256' | 'verifyEd25519' | 'verifyEd25519Strict' | 'assertEd25519PublicKey'
>;

/** How the folder of a vault's ledger is named: by its id. */
export const vaultNamePattern: RegExp = /^vlt_[a-z2-7]{26}$/u;

/** The folder of one exported ledger. */
export interface LedgerSource {
  /** `office`, or the vault's id. */
  readonly name: string;
  readonly readFile: ReadExportFile;
}

/** A ledger that is whole. */
export interface FoldedLedger {
  readonly ledger: VaultId;
  readonly checkpoint: VerifiedCheckpoint;
  readonly policy: TlogPolicy;
  readonly voids: number;
  readonly disagreements: readonly { readonly index: number; readonly code: string }[];
  /** False where no office says who may: form, place and signatures of the heads were checked, the rules were not. */
  readonly isJudged: boolean;
  /** The roots at the sizes that were asked for, as far as the ledger goes. */
  readonly roots: ReadonlyMap<number, Uint8Array>;
}

/** What the office's ledger says about keys. */
export interface FoldedOffice {
  readonly folded: FoldedLedger;
  /** Hexadecimal hash of its line 0. */
  readonly firmRoot: string;
  readonly state: OfficeState;
}

/** Sizes to give the roots of. */
type Wanted = (origin: string) => ReadonlySet<number>;

/** All ledgers of a folder. */
export interface FoldedLedgers {
  readonly office: FoldedOffice;
  readonly vaults: readonly FoldedLedger[];
}

const noSizes: ReadonlySet<number> = new Set();

/** The keys by which a head of this size may be signed: those of wardens that were in force then. @throws InputError FORMAT_INVALID */
export function policyAt(engine: EvidenceEngine, keys: readonly LedgerKeySpan[], size: number): TlogPolicy {
  const logs = keys.filter(({ sizeMax = size }) => size <= sizeMax).toReversed();
  return parsePolicy(engine, encodeUtf8(`${logs.map(({ vkey }) => `log ${vkey}\n`).join('')}quorum none\n`));
}

/** A policy of one key. @throws InputError FORMAT_INVALID */
export function policyOfKey(engine: EvidenceEngine, vkey: string): TlogPolicy {
  return parsePolicy(engine, encodeUtf8(`log ${vkey}\nquorum none\n`));
}

/**
 * The office's ledger and every vault's beside it.
 * @throws IntegrityError PROOF_INVALID, SIGNATURE_INVALID, GENESIS_MISMATCH; InputError FORMAT_INVALID
 */
export async function foldLedgers(
  engine: EvidenceEngine,
  sources: { readonly office: LedgerSource; readonly vaults: readonly LedgerSource[] },
  trust: {
    readonly policy?: TlogPolicy;
    readonly root?: string;
    /** Sizes to give the roots of, by origin. */
    readonly wanted?: Wanted;
  } = {},
): Promise<FoldedLedgers> {
  const office = await foldOffice(engine, sources.office, trust);
  const vaults: FoldedLedger[] = [];
  for (const source of sources.vaults) vaults.push(await foldVault(engine, source, { ...trust, office }));
  return { office, vaults };
}

/** @throws as `foldLedgers` */
export async function foldOffice(
  engine: EvidenceEngine,
  source: LedgerSource,
  options: { readonly policy?: TlogPolicy; readonly root?: string; readonly wanted?: Wanted } = {},
): Promise<FoldedOffice> {
  const { policy, root, wanted } = options;
  const first = await readFirstEntry(source.readFile);
  const firmRoot = encodeHex(entryHash(engine, first));
  if (root !== undefined && firmRoot !== root)
    throw new IntegrityError('GENESIS_MISMATCH', { root: firmRoot });
  const genesis = findBody(first);
  if (genesis?.k !== 'firm.created') throw new IntegrityError('GENESIS_MISMATCH');
  const newest = policy === undefined ? await findNewestKey(engine, source.readFile, genesis) : undefined;
  const state = createOfficeState();
  const folded = await foldOne(engine, source, {
    ledger: officeId,
    policy: policy ?? policyOfKey(engine, newest ?? genesis.warden.ledger),
    states: { office: state },
    wanted,
  });
  // What the lines only claimed is now what the rules made of them, or the head is signed by nobody that the firm named.
  if (newest !== undefined && ledgerKeysOf(engine, state, officeId).at(-1)?.vkey !== newest)
    throw new IntegrityError('SIGNATURE_INVALID', { reason: 'no-known-key' });
  return { folded, firmRoot, state };
}

/**
 * A vault's ledger; without the office it is not judged, and its key must come from a policy.
 * @throws as `foldLedgers`; IntegrityError SIGNATURE_INVALID where no statement and no policy names a key
 */
export async function foldVault(
  engine: EvidenceEngine,
  source: LedgerSource,
  options: { readonly policy?: TlogPolicy; readonly office?: FoldedOffice; readonly wanted?: Wanted },
): Promise<FoldedLedger> {
  const { policy, office, wanted } = options;
  const ledger = source.name as VaultId;
  const vkey = office === undefined ? undefined : ledgerKeysOf(engine, office.state, ledger).at(-1)?.vkey;
  const trusted = policy ?? (vkey === undefined ? undefined : policyOfKey(engine, vkey));
  if (trusted === undefined) throw new IntegrityError('SIGNATURE_INVALID', { reason: 'no-known-key' });
  return await foldOne(engine, source, {
    ledger,
    policy: trusted,
    states: office === undefined ? undefined : { office: office.state, vault: createVaultState(ledger) },
    wanted,
  });
}

async function foldOne(
  engine: EvidenceEngine,
  source: LedgerSource,
  options: {
    readonly ledger: VaultId;
    readonly policy: TlogPolicy;
    readonly states: States | undefined;
    readonly wanted: Wanted | undefined;
  },
): Promise<FoldedLedger> {
  const { ledger, policy, states } = options;
  const exported = await verifyExportedLog(engine, { policy, readFile: source.readFile });
  const { checkpoint } = exported;
  const refused = new Set<number>();
  const roots = new Map<number, Uint8Array>();
  const wanted = options.wanted?.(checkpoint.origin) ?? noSizes;
  const edge = RightEdge.create(engine);
  for await (const { entry } of exported.entries()) {
    const body = findBody(entry);
    if (body?.k === 'warden.refused') refused.add(body.index);
    if (wanted.size === 0) continue;
    edge.append(leafHash(engine, entry));
    if (wanted.has(edge.size)) roots.set(edge.size, edge.root());
  }
  let voids = 0;
  const disagreements: { index: number; code: string }[] = [];
  if (states !== undefined) {
    for await (const { index, entry } of exported.entries()) {
      const verdict = await judge(engine, states, entry, { index, ledger, isRefused: refused.has(index) });
      if (verdict.kind === 'applied') continue;
      voids += 1;
      if (verdict.code !== 'VOID_REFUSED') disagreements.push({ index, code: verdict.code });
    }
  }
  return { ledger, checkpoint, policy, voids, disagreements, isJudged: states !== undefined, roots };
}

/**
 * Whether a note is a checkpoint of this size that a folded ledger had, under a key that was in force for it, also by the name that the
 * ledger had before a restore. The root at that size must have been asked for when the ledger was folded.
 */
export async function isOwnCheckpoint(
  engine: EvidenceEngine,
  note: Uint8Array,
  of: { readonly folded: FoldedLedger; readonly office: FoldedOffice; readonly size: number },
): Promise<boolean> {
  const { folded, office, size } = of;
  const expected = folded.roots.get(size);
  try {
    const { origin, size: claimed, root } = parseCheckpoint(parseNote(note).text);
    if (claimed !== size || expected === undefined || compareBytes(root, expected) !== 0) return false;
    const keys = ledgerKeysUnder(engine, office.state, { ledger: folded.ledger, origin });
    const { logs } = policyAt(engine, keys, size);
    await verifyCheckpoint(engine, note, { logs: logs.map(({ key }) => key) }, { isEvidence: true });
    return true;
  } catch (cause) {
    if (cause instanceof StrongroomError) return false;
    throw cause;
  }
}

/** The body of an entry; undefined for bytes that nobody can decode, which judging calls void. */
function findBody(entry: Uint8Array): Body | undefined {
  try {
    return decodeEntry(entry).body;
  } catch (cause) {
    if (cause instanceof StrongroomError) return undefined;
    throw cause;
  }
}

/** A root as a person types it: hexadecimal, with spaces or hyphens; undefined if it is none. */
export function parseRoot(text: string): string | undefined {
  const digits = text.replaceAll(/[\s-]/gu, '').toLowerCase();
  return /^[0-9a-f]{64}$/u.test(digits) ? encodeHex(decodeHex(digits)) : undefined;
}

/** The key that the lines claim to be in force, not verified yet: after a restore another name, after a promotion another key. */
async function findNewestKey(
  engine: EvidenceEngine,
  readFile: ReadExportFile,
  genesis: FirmCreated,
): Promise<string> {
  let vkey = genesis.warden.ledger;
  const note = await readFile('checkpoint');
  if (note === undefined) throw missing('checkpoint');
  const { size } = parseCheckpoint(parseNote(note).text);
  for (let index = 0; index * tileWidthMax < size; index += 1) {
    const width = Math.min(size - index * tileWidthMax, tileWidthMax);
    const bundle =
      (await readFile(formatTilePath({ level: 'entries', index, width }))) ??
      (await readFile(formatTilePath({ level: 'entries', index, width: tileWidthMax })));
    if (bundle === undefined) break; // said when it is verified
    for (const entry of decodeEntryBundle(bundle)) {
      const body = findBody(entry);
      if (body?.k === 'warden.promoted') vkey = vkeyUnder(engine, vkey, body.ledger);
      if (body?.k === 'firm.restored') vkey = nextKey(engine, vkey, body.edition);
    }
  }
  return vkey;
}

/** Line 0, not verified yet: its hash is what a root is compared with, and it names the key that all else is verified by. */
async function readFirstEntry(readFile: ReadExportFile): Promise<Uint8Array> {
  const note = await readFile('checkpoint');
  if (note === undefined) throw missing('checkpoint');
  const { size } = parseCheckpoint(parseNote(note).text);
  const path = formatTilePath({
    level: 'entries',
    index: 0,
    width: Math.max(1, Math.min(size, tileWidthMax)),
  });
  const bundle =
    (await readFile(path)) ??
    (await readFile(formatTilePath({ level: 'entries', index: 0, width: tileWidthMax })));
  if (bundle === undefined) throw missing(path);
  try {
    return decodeEntryBundle(bundle)[0] as Uint8Array;
  } catch (cause) {
    throw new IntegrityError('PROOF_INVALID', { reason: 'bundle-malformed', path, entry: 0 }, { cause });
  }
}

function missing(path: string): IntegrityError {
  return new IntegrityError('PROOF_INVALID', { reason: 'file-missing', path });
}
