/** What a certificate rests on: from the firm's root over genesis and the vault's statement to the key of the vault's ledger. */
import { createOfficeState, decodeEntry, entryHash, judge } from '@strongroom/authority';
import { encodeHex, IntegrityError, officeId } from '@strongroom/core';
import { verifyTlogProof } from '@strongroom/ledger';
import type { VerifiedCheckpoint } from '@strongroom/ledger';
import { differs } from './certificate.ts';
import type { Certificate } from './certificate.ts';
import { policyOfKey } from './fold-ledgers.ts';
import type { EvidenceEngine } from './fold-ledgers.ts';

/** What was found: the root, and the key by which the lines must be signed. */
export interface Foundation {
  /** Hash of genesis, in hexadecimal. */
  readonly firmRoot: string;
  readonly vkey: string;
  readonly checkpoints: readonly VerifiedCheckpoint[];
}

/**
 * Undefined where the certificate brings no foundation.
 * @throws IntegrityError GENESIS_MISMATCH for another root than the given one, PROOF_INVALID, SIGNATURE_INVALID
 */
export async function checkFoundation(
  engine: EvidenceEngine,
  { facts, foundation }: Certificate,
  root: string | undefined,
): Promise<Foundation | undefined> {
  const [first, second] = foundation;
  if (first === undefined) return undefined;
  const genesis = decodeEntry(first.entry);
  if (first.index !== 0 || genesis.body.k !== 'firm.created') throw differs('foundation[0]');
  const firmRoot = encodeHex(entryHash(engine, first.entry));
  if (root !== undefined && root !== firmRoot) throw new IntegrityError('GENESIS_MISMATCH');
  if (facts['root'] !== firmRoot) throw differs('root');
  const { firm, warden } = genesis.body;
  if (facts['firm'] !== firm) throw differs('firm');
  const verdict = await judge(engine, { office: createOfficeState() }, genesis, {
    index: 0,
    ledger: officeId,
  });
  if (verdict.kind !== 'applied') throw differs('foundation[0]');
  const policy = policyOfKey(engine, warden.ledger);
  const checkpoints: VerifiedCheckpoint[] = [];
  for (const [place, { index, entry, proof }] of foundation.entries()) {
    const verified = await verifyTlogProof(engine, { policy, proof, entry });
    if (verified.index !== index) throw differs(`foundation[${place}].index`);
    checkpoints.push(verified.checkpoint);
  }
  if (second === undefined) {
    // A disposal in the office's own rooms: its ledger is the one that genesis names.
    if (facts['vault'] !== officeId) throw differs('foundation');
    return { firmRoot, vkey: warden.ledger, checkpoints };
  }
  const { body } = decodeEntry(second.entry);
  if (body.k !== 'vault.created' || body.vault !== facts['vault']) throw differs('foundation[1]');
  return { firmRoot, vkey: body.vkey, checkpoints };
}
