/**
 * Checks whatever a person picked: receipts, certificates of destruction, exported ledgers, and the trust to check them by. One file
 * that is refused does not keep the others from being checked; two that contradict each other are a finding of their own.
 */
import { ledgerKeysOf } from '@strongroom/authority';
import { compareBytes, encodeHex, IntegrityError, officeId, StrongroomError } from '@strongroom/core';
import {
  computeRootFromInclusion,
  leafHash,
  parseCheckpoint,
  parseNote,
  parsePolicy,
  parseTlogProof,
  verifyTlogProof,
} from '@strongroom/ledger';
import type { Checkpoint, TlogPolicy, TlogProof } from '@strongroom/ledger';
import { parseCertificate } from './certificate.ts';
import { checkCertificate } from './check-certificate.ts';
import { describeEntry, describeHead } from './describe-entry.ts';
import { explain } from './explain-refusal.ts';
import type { Finding, ForkFinding, GivenTrust, PickedFile, TrustSource } from './findings.ts';
import { foldOffice, foldVault, parseRoot, policyAt, policyOfKey, vaultNamePattern } from './fold-ledgers.ts';
import type { EvidenceEngine, FoldedLedger, FoldedOffice, LedgerSource } from './fold-ledgers.ts';
import { sortFiles } from './sort-files.ts';

/** A signed head, and whose it is. */
interface Seen {
  readonly name: string;
  readonly checkpoint: Checkpoint;
}

/** A policy to check by, and where it came from. */
interface Trusted {
  readonly policy: TlogPolicy;
  readonly trust: TrustSource;
}

/** Answers a finding for each thing that was picked, in the order ledgers, certificates, receipts. Never throws for what a file holds. */
export async function checkEvidence(
  engine: EvidenceEngine,
  files: readonly PickedFile[],
  given: GivenTrust = {},
): Promise<readonly Finding[]> {
  return await new EvidenceCheck(engine, given).run(files);
}

class EvidenceCheck {
  readonly #engine: EvidenceEngine;
  readonly #given: GivenTrust;
  readonly #findings: Finding[] = [];
  readonly #seen: Seen[] = [];
  readonly #ledgers: { readonly name: string; readonly folded: FoldedLedger }[] = [];
  #policy: TlogPolicy | undefined;
  #root: string | undefined;
  #office: { readonly office: FoldedOffice; readonly trust: TrustSource } | undefined;

  constructor(engine: EvidenceEngine, given: GivenTrust) {
    this.#engine = engine;
    this.#given = given;
  }

  async run(picked: readonly PickedFile[]): Promise<readonly Finding[]> {
    const sorted = await sortFiles(picked);
    this.#findings.push(...sorted.refused);
    if (!this.#readTrust(sorted.policies)) return this.#findings;
    const wanted = (origin: string): ReadonlySet<number> => sorted.sizes.get(origin) ?? new Set();
    for (const ledger of sorted.ledgers) await this.#checkLedger(ledger, wanted);
    for (const { name, bytes } of sorted.certificates)
      await this.#attempt(name, () => this.#checkCertificate(name, bytes));
    for (const { name, bytes, entry } of sorted.proofs)
      await this.#attempt(name, () => this.#checkProof(name, bytes, entry));
    this.#findForks();
    return this.#findings;
  }

  async #attempt(name: string, check: () => Promise<void>): Promise<void> {
    try {
      await check();
    } catch (cause) {
      if (!(cause instanceof StrongroomError)) throw cause;
      this.#findings.push(explain(name, cause));
    }
  }

  /** The trust that was typed wins over a file; wrong trust ends everything, since nothing may be believed by it. */
  #readTrust(policies: readonly { readonly name: string; readonly text: string }[]): boolean {
    const { root } = this.#given;
    if (root !== undefined && root.trim() !== '') {
      this.#root = parseRoot(root);
      if (this.#root === undefined) {
        this.#findings.push({ kind: 'refused', name: root.trim().slice(0, 80), reason: 'root-format' });
        return false;
      }
    }
    const typed = this.#given.policy?.trim() ?? '';
    const [file] = policies;
    if (typed === '' && file === undefined) return true;
    try {
      this.#policy =
        typed === ''
          ? parsePolicy(this.#engine, file?.text ?? '')
          : /\s/u.test(typed)
            ? parsePolicy(this.#engine, `${typed}\n`)
            : policyOfKey(this.#engine, typed);
      return true;
    } catch (cause) {
      if (!(cause instanceof StrongroomError)) throw cause;
      this.#findings.push({
        kind: 'refused',
        name: file?.name ?? typed.slice(0, 80),
        reason: 'policy-format',
      });
      return false;
    }
  }

  async #checkLedger(source: LedgerSource, wanted: (origin: string) => ReadonlySet<number>): Promise<void> {
    await this.#attempt(source.name, async () => {
      const policy = this.#policy;
      const trustOfKeys: TrustSource = policy === undefined ? 'own' : 'policy';
      if (!vaultNamePattern.test(source.name)) {
        const office = await foldOffice(this.#engine, source, {
          ...(policy === undefined ? {} : { policy }),
          ...(this.#root === undefined ? {} : { root: this.#root }),
          wanted,
        });
        const trust = this.#root === undefined ? trustOfKeys : 'root';
        this.#office = { office, trust };
        this.#addLedger(source.name, office.folded, trust, office.firmRoot);
        return;
      }
      const office = this.#office;
      const folded = await foldVault(this.#engine, source, {
        ...(policy === undefined ? {} : { policy }),
        ...(office === undefined ? {} : { office: office.office }),
        wanted,
      });
      this.#addLedger(source.name, folded, office?.trust ?? trustOfKeys);
    });
  }

  #addLedger(name: string, folded: FoldedLedger, trust: TrustSource, firmRoot?: string): void {
    const { checkpoint, policy, voids, disagreements, isJudged } = folded;
    this.#ledgers.push({ name, folded });
    this.#seen.push({ name, checkpoint });
    this.#findings.push({
      kind: 'ledger',
      name,
      trust,
      head: describeHead(checkpoint, policy),
      ...(firmRoot === undefined ? {} : { firmRoot }),
      voids,
      disagreements,
      isJudged,
    });
  }

  /** The policy by which a head is checked, unless the file brings its own. */
  #trustOf({ origin, size }: { readonly origin: string; readonly size: number }): Trusted | undefined {
    if (this.#policy !== undefined) return { policy: this.#policy, trust: 'policy' };
    const { office, trust } = this.#office ?? {};
    if (office === undefined || trust === undefined) return undefined;
    for (const ledger of [officeId, ...office.state.vaults.keys()]) {
      const keys = ledgerKeysOf(this.#engine, office.state, ledger);
      if (keys.some(({ vkey }) => vkey.startsWith(`${origin}+`)))
        return { policy: policyAt(this.#engine, keys, size), trust };
    }
    const folded = this.#ledgers.find(({ folded: one }) => one.checkpoint.origin === origin)?.folded;
    return folded === undefined ? undefined : { policy: folded.policy, trust };
  }

  async #checkCertificate(name: string, bytes: Uint8Array): Promise<void> {
    const certificate = parseCertificate(bytes);
    const [first] = certificate.entries;
    const head = parseHead(parseTlogProof(first?.proof ?? ''));
    const { finding, checkpoints } = await checkCertificate(
      this.#engine,
      name,
      certificate,
      this.#trustOf(head),
      this.#root,
    );
    this.#findings.push(finding);
    for (const checkpoint of checkpoints) this.#seen.push({ name, checkpoint });
  }

  async #checkProof(name: string, bytes: Uint8Array, entryBeside: Uint8Array | undefined): Promise<void> {
    const engine = this.#engine;
    const proof = parseTlogProof(bytes);
    const head = parseHead(proof);
    const entry = entryBeside ?? proof.extra;
    if (entry === undefined) throw new IntegrityError('PROOF_INVALID', { reason: 'entry-missing' });
    const trusted = this.#trustOf(head);
    if (trusted === undefined) {
      this.#addUnsigned(name, proof, head, entry);
      return;
    }
    const { policy, trust } = trusted;
    const { checkpoint, index } = await verifyTlogProof(engine, { policy, proof: bytes, entry });
    this.#seen.push({ name, checkpoint });
    this.#findings.push({
      kind: 'receipt',
      name,
      trust,
      head: describeHead(checkpoint, policy),
      line: describeEntry(engine, index, entry),
    });
  }

  #addUnsigned(name: string, proof: TlogProof, head: Checkpoint, entry: Uint8Array): void {
    const engine = this.#engine;
    const { index, hashes } = proof;
    const { origin, size, root } = head;
    const made = computeRootFromInclusion(engine, {
      index,
      size,
      leafHash: leafHash(engine, entry),
      proof: hashes,
    });
    if (compareBytes(made, root) !== 0) throw new IntegrityError('PROOF_INVALID', { reason: 'root' });
    const keyId = parseNote(proof.checkpoint).signatures.find((one) => one.name === origin)?.id ?? '';
    this.#findings.push({
      kind: 'unsigned',
      name,
      head: { origin, size, root: encodeHex(root), keyId, cosigners: [], witnesses: 0 },
      line: describeEntry(engine, index, entry),
    });
  }

  /** Two signed heads of one origin: of one size they have one root, and a smaller one lies in a whole ledger as it stands. */
  #findForks(): void {
    const forks: ForkFinding[] = [];
    const tell = (left: Seen, right: Seen): void => {
      const { origin, size } = right.checkpoint;
      if (!forks.some((fork) => fork.origin === origin))
        forks.push({ kind: 'fork', origin, size, names: [left.name, right.name] });
    };
    for (const [place, one] of this.#seen.entries()) {
      for (const other of this.#seen.slice(place + 1))
        if (isContradiction(one.checkpoint, other.checkpoint)) tell(one, other);
      for (const { name, folded } of this.#ledgers) {
        const root =
          folded.checkpoint.origin === one.checkpoint.origin && folded.roots.get(one.checkpoint.size);
        if (root && compareBytes(root, one.checkpoint.root) !== 0)
          tell({ name, checkpoint: folded.checkpoint }, one);
      }
    }
    this.#findings.unshift(...forks);
  }
}

function isContradiction(left: Checkpoint, right: Checkpoint): boolean {
  return (
    left.origin === right.origin && left.size === right.size && compareBytes(left.root, right.root) !== 0
  );
}

function parseHead(proof: TlogProof): Checkpoint {
  return parseCheckpoint(parseNote(proof.checkpoint).text);
}
