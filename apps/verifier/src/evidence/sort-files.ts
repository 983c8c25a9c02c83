/** Tells what each picked file is by what it holds; names matter only inside an exported folder. */
import { decodeUtf8, StrongroomError } from '@strongroom/core';
import { parseCheckpoint, parseNote, parseTlogProof } from '@strongroom/ledger';
import { certificateKind, parseCertificate } from './certificate.ts';
import type { PickedFile, RefusedFinding } from './findings.ts';
import { vaultNamePattern } from './fold-ledgers.ts';
import type { LedgerSource } from './fold-ledgers.ts';

/** A file whose bytes were read. */
interface Read {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What was picked. */
export interface Sorted {
  /** The office first. */
  readonly ledgers: readonly LedgerSource[];
  readonly certificates: readonly Read[];
  readonly proofs: readonly (Read & { readonly entry?: Uint8Array })[];
  readonly policies: readonly { readonly name: string; readonly text: string }[];
  readonly refused: readonly RefusedFinding[];
  /** Sizes of the heads in proofs by origin, to be looked up in whole ledgers. */
  readonly sizes: ReadonlyMap<string, ReadonlySet<number>>;
}

/** A receipt or a certificate is small; what is larger and in no exported folder is none of ours. */
const looseBytesMax = 16_777_216;
const proofHeader = 'c2sp.org/tlog-proof@';

/** Reads and sorts. What cannot be read or is nothing we know is refused by name. */
export async function sortFiles(files: readonly PickedFile[]): Promise<Sorted> {
  const folders = findFolders(files);
  const ledgers = folders.map(({ name, prefix }) => toSource(name, prefix, files));
  const loose = files.filter(({ path }) => !folders.some(({ prefix }) => path.startsWith(prefix)));
  const certificates: Read[] = [];
  const proofs: (Read & { entry?: Uint8Array })[] = [];
  const policies: { name: string; text: string }[] = [];
  const refused: RefusedFinding[] = [];
  const entries = new Map<string, Uint8Array>();
  for (const file of loose) {
    const name = file.path;
    let bytes: Uint8Array;
    try {
      bytes = await file.read();
    } catch {
      refused.push({ kind: 'refused', name, reason: 'unreadable' });
      continue;
    }
    if (name.endsWith('.entry')) entries.set(name.slice(0, -'.entry'.length), bytes);
    else {
      const text = bytes.length > looseBytesMax ? '' : readText(bytes);
      if (text.startsWith(proofHeader)) proofs.push({ name, bytes });
      else if (text.trimStart().startsWith('{') && text.includes(certificateKind))
        certificates.push({ name, bytes });
      else if (/^(?:log|witness|group|quorum|#)[\s]/mu.test(text)) policies.push({ name, text });
      else refused.push({ kind: 'refused', name, reason: isCheckpoint(text) ? 'no-checkpoint' : 'format' });
    }
  }
  const withEntries = proofs.map((proof) => {
    const entry = entries.get(proof.name.replace(/\.tlog-proof$/u, ''));
    return entry === undefined ? proof : { ...proof, entry };
  });
  return {
    ledgers: ledgers.toSorted((left, right) => rank(left) - rank(right)),
    certificates,
    proofs: withEntries,
    policies,
    refused,
    sizes: listSizes(proofs, certificates),
  };
}

function rank({ name }: LedgerSource): number {
  return vaultNamePattern.test(name) ? 1 : 0;
}

/** A folder with `checkpoint` and `tile/` is an exported ledger; a folder that is no vault's is taken for the office's. */
function findFolders(files: readonly PickedFile[]): { readonly name: string; readonly prefix: string }[] {
  return files
    .filter(({ path }) => path === 'checkpoint' || path.endsWith('/checkpoint'))
    .map(({ path }) => path.slice(0, -'checkpoint'.length))
    .filter((prefix) => files.some(({ path }) => path.startsWith(`${prefix}tile/`)))
    .map((prefix) => ({ prefix, name: prefix.split('/').at(-2) ?? 'office' }));
}

function toSource(name: string, prefix: string, files: readonly PickedFile[]): LedgerSource {
  const byPath = new Map(
    files.filter(({ path }) => path.startsWith(prefix)).map((file) => [file.path.slice(prefix.length), file]),
  );
  return { name, readFile: async (path) => await byPath.get(path)?.read() };
}

function readText(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes);
  } catch (cause) {
    if (cause instanceof StrongroomError) return '';
    throw cause;
  }
}

function isCheckpoint(text: string): boolean {
  try {
    parseCheckpoint(parseNote(text).text);
    return true;
  } catch (cause) {
    if (cause instanceof StrongroomError) return false;
    throw cause;
  }
}

function listSizes(
  proofs: readonly Read[],
  certificates: readonly Read[],
): ReadonlyMap<string, ReadonlySet<number>> {
  const sizes = new Map<string, Set<number>>();
  const add = (proof: string | Uint8Array): void => {
    const { origin, size } = parseCheckpoint(parseNote(parseTlogProof(proof).checkpoint).text);
    sizes.set(origin, (sizes.get(origin) ?? new Set()).add(size));
  };
  const attempt = (read: () => void): void => {
    try {
      read();
    } catch (cause) {
      // Checking it says what is wrong with it.
      if (!(cause instanceof StrongroomError)) throw cause;
    }
  };
  for (const { bytes } of proofs) attempt(() => add(bytes));
  for (const { bytes } of certificates)
    attempt(() => {
      for (const { proof } of parseCertificate(bytes).entries) add(proof);
    });
  return sizes;
}
