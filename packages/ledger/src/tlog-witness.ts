/**
 * The witness protocol (C2SP tlog-witness), without its transport and storage: the request, the witness's judgement of it, and what a log
 * takes over from the answer. Invariant: `judgeAddCheckpoint` says `cosign` only for a head that a key trusted for its origin signed and
 * that the head given for that origin is the beginning of. Whoever acts on it must replace exactly that head, in one step.
 */
import { decodeUtf8, encodeBase64, isBytes, StrongroomError } from '@strongroom/core';
import { parseCheckpoint, verifyCheckpoint } from './checkpoint.ts';
import type { VerifiedCheckpoint } from './checkpoint.ts';
import { isSameHash } from './hashing.ts';
import type { HashEngine } from './hashing.ts';
import { addCheckpointBytesMax, hashBytes, witnessProofHashesMax } from './limits.ts';
import { decodeFormatBase64 } from './note-key.ts';
import type { NoteKey } from './note-key.ts';
import { formatNote, parseNote, parseNoteSignatures, verifyNote } from './note.ts';
import type { NoteSignature, VerifiedNoteSignature, VerifyEngine } from './note.ts';
import {
  findDecimal,
  invalidInput,
  isLedgerSize,
  limitExceeded,
  malformed,
  signatureInvalid,
} from './refusals.ts';
import { verifyConsistency } from './verify-proof.ts';

/** What is sent to a witness. */
export interface AddCheckpointRequest {
  /** Size of the head that the witness is thought to have; 0 for none. */
  readonly oldSize: number;
  /** From that head to the checkpoint; empty from size 0. */
  readonly proof: readonly Uint8Array[];
  /** The signed note, verbatim. */
  readonly checkpoint: string;
}

/** The newest head that a witness cosigned. */
export interface WitnessedHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/** A log as a witness knows it: its key, and its newest cosigned head (size 0 and the empty root before the first). */
export interface WitnessedLog {
  readonly key: NoteKey;
  readonly head: WitnessedHead;
}

/** What a witness has to answer. `status` is that of HTTP. */
export type WitnessJudgement =
  | { readonly kind: 'cosign'; readonly checkpoint: VerifiedCheckpoint }
  | { readonly kind: 'refuse'; readonly status: 400 | 403 | 404 | 422 }
  /** Answered with the size of the newest cosigned head. */
  | { readonly kind: 'conflict'; readonly status: 409; readonly size: number };

/** Cosignatures that a log may put under its checkpoint. */
export interface VerifiedCosignatures {
  readonly lines: readonly NoteSignature[];
  readonly signatures: readonly VerifiedNoteSignature[];
}

const requestFormat = 'add-checkpoint';
const oldPrefix = 'old ';

/**
 * The request as its body.
 * @throws InputError INPUT_INVALID, FORMAT_INVALID for a checkpoint that is none; LimitError LIMIT_EXCEEDED
 */
export function formatAddCheckpoint(request: AddCheckpointRequest): string {
  const { oldSize, proof, checkpoint } = request;
  if (!isLedgerSize(oldSize)) throw invalidInput('oldSize');
  if (proof.length > witnessProofHashesMax)
    throw limitExceeded('witnessProofHashesMax', witnessProofHashesMax);
  if (!proof.every((hash) => isBytes(hash) && hash.length === hashBytes)) throw invalidInput('proof');
  parseCheckpoint(parseNote(checkpoint).text);
  const body = [`${oldPrefix}${oldSize}`, ...proof.map(encodeBase64), '', checkpoint].join('\n');
  if (body.length > addCheckpointBytesMax)
    throw limitExceeded('addCheckpointBytesMax', addCheckpointBytesMax);
  return body;
}

/**
 * Takes a request apart. Nothing in it may be believed before `judgeAddCheckpoint`.
 * @throws InputError FORMAT_INVALID; LimitError LIMIT_EXCEEDED
 */
export function parseAddCheckpoint(body: Uint8Array): AddCheckpointRequest {
  if (body.length > addCheckpointBytesMax)
    throw limitExceeded('addCheckpointBytesMax', addCheckpointBytesMax);
  let text: string;
  try {
    text = decodeUtf8(body);
  } catch (cause) {
    throw malformed(requestFormat, 'utf8', { cause });
  }
  const blank = text.indexOf('\n\n');
  if (blank < 0) throw malformed(requestFormat, 'no-blank-line');
  const [oldLine = '', ...lines] = text.slice(0, blank).split('\n');
  const oldSize = oldLine.startsWith(oldPrefix) ? findDecimal(oldLine.slice(oldPrefix.length)) : undefined;
  if (oldSize === undefined) throw malformed(requestFormat, 'old');
  if (lines.length > witnessProofHashesMax)
    throw limitExceeded('witnessProofHashesMax', witnessProofHashesMax);
  const proof = lines.map((line) => decodeFormatBase64(line, requestFormat));
  if (!proof.every(({ length }) => length === hashBytes)) throw malformed(requestFormat, 'hash');
  const checkpoint = text.slice(blank + 2);
  parseCheckpoint(parseNote(checkpoint).text);
  return { oldSize, proof, checkpoint };
}

/**
 * Judges a request, in the order of the specification: origin, signature, sizes, the witness's own head, the proof.
 * @param findLog the log of an origin, as it is now
 * @throws InputError, LimitError only for what `parseAddCheckpoint` would not have let through
 */
export async function judgeAddCheckpoint(
  engine: VerifyEngine & HashEngine,
  request: AddCheckpointRequest,
  findLog: (origin: string) => WitnessedLog | undefined,
): Promise<WitnessJudgement> {
  const { origin } = parseCheckpoint(parseNote(request.checkpoint).text);
  const log = findLog(origin);
  if (log === undefined) return { kind: 'refuse', status: 404 };
  const checkpoint = await verifyByLog(engine, request.checkpoint, log.key);
  if (checkpoint === undefined) return { kind: 'refuse', status: 403 };
  const { oldSize, proof } = request;
  const { head } = log;
  if (oldSize > checkpoint.size) return { kind: 'refuse', status: 400 };
  if (oldSize !== head.size) return { kind: 'conflict', status: 409, size: head.size };
  if (checkpoint.size === head.size && !isSameHash(checkpoint.root, head.root))
    return { kind: 'conflict', status: 409, size: head.size };
  const isProven = isConsistent(engine, { head, next: checkpoint, proof });
  return isProven ? { kind: 'cosign', checkpoint } : { kind: 'refuse', status: 422 };
}

async function verifyByLog(
  engine: VerifyEngine,
  note: string,
  key: NoteKey,
): Promise<VerifiedCheckpoint | undefined> {
  try {
    return await verifyCheckpoint(engine, note, { logs: [key] }, { isEvidence: true });
  } catch (cause) {
    if (cause instanceof StrongroomError && cause.code === 'SIGNATURE_INVALID') return undefined;
    throw cause;
  }
}

function isConsistent(
  engine: HashEngine,
  claim: {
    readonly head: WitnessedHead;
    readonly next: WitnessedHead;
    readonly proof: readonly Uint8Array[];
  },
): boolean {
  const { head, next, proof } = claim;
  // Every ledger begins with nothing.
  if (head.size === 0) return proof.length === 0;
  try {
    verifyConsistency(engine, {
      sizeOld: head.size,
      rootOld: head.root,
      sizeNew: next.size,
      rootNew: next.root,
      proof,
    });
    return true;
  } catch (cause) {
    if (cause instanceof StrongroomError && cause.code === 'PROOF_INVALID') return false;
    throw cause;
  }
}

/**
 * Takes from a witness's answer what is a good cosignature of a known key over the checkpoint; lines of unknown keys are left out.
 * @throws IntegrityError SIGNATURE_INVALID if there is none, or one of a known key is bad; InputError FORMAT_INVALID; LimitError
 */
export async function verifyCosignatures(
  engine: VerifyEngine,
  answer: { readonly checkpoint: string; readonly text: string; readonly witnesses: readonly NoteKey[] },
): Promise<VerifiedCosignatures> {
  const { witnesses } = answer;
  if (answer.text.length > addCheckpointBytesMax)
    throw limitExceeded('addCheckpointBytesMax', addCheckpointBytesMax);
  const { text } = parseNote(answer.checkpoint);
  const lines = parseNoteSignatures(answer.text).filter((line) =>
    witnesses.some(({ name, id }) => name === line.name && id === line.id),
  );
  if (lines.length === 0) throw signatureInvalid('no-known-key');
  const note = formatNote({ text, signatures: lines });
  const verified = await verifyNote(engine, note, witnesses, { isEvidence: true });
  return { lines, signatures: verified.signatures };
}

/**
 * The checkpoint with more signature lines; one that is there already is not put twice.
 * @throws InputError FORMAT_INVALID; LimitError LIMIT_EXCEEDED
 */
export function addNoteSignatures(note: string, lines: readonly NoteSignature[]): string {
  const { text, signatures } = parseNote(note);
  const isThere = (line: NoteSignature): boolean =>
    signatures.some(({ name, id }) => name === line.name && id === line.id);
  return formatNote({ text, signatures: [...signatures, ...lines.filter((line) => !isThere(line))] });
}
