/**
 * Offline proofs that an entry is in a ledger (C2SP tlog-proof): release receipts, certificates of destruction,
 * acknowledgements. Everything needed is in the file but the entry's bytes and the policy. `extra` is authenticated by nothing.
 */
import { decodeUtf8, encodeBase64, isBytes } from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import { parseCheckpoint, verifyCheckpoint } from './checkpoint.ts';
import type { VerifiedCheckpoint } from './checkpoint.ts';
import { assertEntry } from './entry-bundle.ts';
import { leafHash } from './hashing.ts';
import { hashBytes, proofHashesMax, tlogProofBytesMax } from './limits.ts';
import { decodeFormatBase64 } from './note-key.ts';
import { parseNote } from './note.ts';
import {
  findDecimal,
  invalidInput,
  isLedgerSize,
  limitExceeded,
  malformed,
  signatureInvalid,
} from './refusals.ts';
import { isQuorumMet } from './tlog-policy.ts';
import type { TlogPolicy } from './tlog-policy.ts';
import { verifyInclusion } from './verify-proof.ts';

/** An offline proof that has been taken apart, not verified. */
export interface TlogProof {
  readonly index: number;
  /** Inclusion proof, the leaf's sibling first. */
  readonly hashes: readonly Uint8Array[];
  /** The signed note, verbatim. */
  readonly checkpoint: string;
  /** Opaque, and not authenticated. */
  readonly extra?: Uint8Array;
}

/** What a proof shows once it is verified. */
export interface VerifiedTlogProof {
  readonly index: number;
  readonly checkpoint: VerifiedCheckpoint;
  /** Not authenticated. */
  readonly extra?: Uint8Array;
}

const proofFormat = 'tlog-proof';
const header = 'c2sp.org/tlog-proof@v1';

/**
 * The proof as a file, by custom `<name>.tlog-proof`.
 * @throws InputError INPUT_INVALID, FORMAT_INVALID for a checkpoint that is none; LimitError LIMIT_EXCEEDED
 */
export function formatTlogProof(proof: TlogProof): string {
  const { index, hashes, checkpoint, extra } = proof;
  if (!isLedgerSize(index)) throw invalidInput('index');
  if (hashes.length > proofHashesMax) throw limitExceeded('proofHashesMax', proofHashesMax);
  if (!hashes.every((hash) => isBytes(hash) && hash.length === hashBytes)) throw invalidInput('hashes');
  parseCheckpoint(parseNote(checkpoint).text);
  const lines = [header];
  if (extra !== undefined) lines.push(`extra ${encodeBase64(extra)}`);
  lines.push(`index ${index}`, ...hashes.map(encodeBase64), '');
  const text = lines.map((line) => `${line}\n`).join('') + checkpoint;
  if (text.length > tlogProofBytesMax) throw limitExceeded('tlogProofBytesMax', tlogProofBytesMax);
  return text;
}

/**
 * Takes a proof apart. Nothing in it may be believed before `verifyTlogProof`.
 * @throws InputError FORMAT_INVALID; LimitError LIMIT_EXCEEDED
 */
export function parseTlogProof(proof: string | Uint8Array): TlogProof {
  const text = readText(proof);
  const blank = text.indexOf('\n\n');
  if (blank < 0) throw malformed(proofFormat, 'no-blank-line');
  const lines = text.slice(0, blank).split('\n');
  if (lines.shift() !== header) throw malformed(proofFormat, 'header');
  let extra: Uint8Array | undefined;
  if (lines[0]?.startsWith('extra ') === true) {
    extra = decodeFormatBase64((lines.shift() as string).slice('extra '.length), proofFormat);
  }
  const indexLine = lines.shift() ?? '';
  const index = indexLine.startsWith('index ') ? findDecimal(indexLine.slice('index '.length)) : undefined;
  if (index === undefined) throw malformed(proofFormat, 'index');
  if (lines.length > proofHashesMax) throw limitExceeded('proofHashesMax', proofHashesMax);
  const hashes = lines.map((line) => decodeFormatBase64(line, proofFormat));
  if (!hashes.every(({ length }) => length === hashBytes)) throw malformed(proofFormat, 'hash');
  const checkpoint = text.slice(blank + 2);
  parseCheckpoint(parseNote(checkpoint).text);
  return { index, hashes, checkpoint, ...(extra === undefined ? {} : { extra }) };
}

function readText(proof: string | Uint8Array): string {
  if (proof.length > tlogProofBytesMax) throw limitExceeded('tlogProofBytesMax', tlogProofBytesMax);
  if (typeof proof === 'string') return proof;
  try {
    return decodeUtf8(proof);
  } catch (cause) {
    throw malformed(proofFormat, 'utf8', { cause });
  }
}

/**
 * Verifies a checkpoint against a policy: signed by one of its logs, cosigned by its quorum.
 * @throws IntegrityError SIGNATURE_INVALID; InputError FORMAT_INVALID; LimitError LIMIT_EXCEEDED
 */
export async function verifyCheckpointByPolicy(
  engine: Pick<Engine, 'verifyEd25519' | 'verifyEd25519Strict'>,
  policy: TlogPolicy,
  note: string | Uint8Array,
): Promise<VerifiedCheckpoint> {
  const logs = policy.logs.map(({ key }) => key);
  const witnesses = policy.witnesses.map(({ key }) => key);
  const checkpoint = await verifyCheckpoint(engine, note, { logs, witnesses }, { isEvidence: true });
  const cosigners = checkpoint.cosignatures.map(({ key }) => key);
  if (!isQuorumMet(policy, cosigners)) throw signatureInvalid('quorum', { cosigners: cosigners.length });
  return checkpoint;
}

/**
 * Verifies that exactly these entry bytes are in a ledger that the policy trusts.
 * @throws IntegrityError SIGNATURE_INVALID, PROOF_INVALID; InputError FORMAT_INVALID; LimitError LIMIT_EXCEEDED
 */
export async function verifyTlogProof(
  engine: Pick<Engine, 'sha256' | 'verifyEd25519' | 'verifyEd25519Strict'>,
  claim: { readonly policy: TlogPolicy; readonly proof: string | Uint8Array; readonly entry: Uint8Array },
): Promise<VerifiedTlogProof> {
  assertEntry(claim.entry);
  const { index, hashes, checkpoint: note, extra } = parseTlogProof(claim.proof);
  const checkpoint = await verifyCheckpointByPolicy(engine, claim.policy, note);
  const { size, root } = checkpoint;
  verifyInclusion(engine, { index, size, root, leafHash: leafHash(engine, claim.entry), proof: hashes });
  return { index, checkpoint, ...(extra === undefined ? {} : { extra }) };
}
