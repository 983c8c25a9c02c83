/**
 * Checkpoints (C2SP tlog-checkpoint): origin, size and root as the text of a signed note, and a witness's cosignature under it.
 * Invariant: a body has one form only; what `parseCheckpoint` accepts, `formatCheckpoint` writes back byte for byte.
 */
import { encodeBase64, encodeUtf8, isBytes } from '@strongroom/core';
import { cosignatureMessage, encodeCosignature } from './cosignature-format.ts';
import { hashBytes } from './limits.ts';
import { decodeFormatBase64, isKeyName, noteSignatureTypes } from './note-key.ts';
import type { NoteKey } from './note-key.ts';
import { parseNote, signNote, verifyNote } from './note.ts';
import type {
  NoteSignature,
  NoteSigner,
  VerifiedNoteSignature,
  VerifyEngine,
  VerifyOptions,
} from './note.ts';
import { findDecimal, invalidInput, isLedgerSize, malformed, signatureInvalid } from './refusals.ts';

/** The head of a ledger. */
export interface Checkpoint {
  /** Names the ledger for ever; also the key name of its signature. */
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  /** Lines after the root. We write none: nobody can audit them. */
  readonly extensions: readonly string[];
}

/** A checkpoint whose ledger's signature, and whose known cosignatures, are good. */
export interface VerifiedCheckpoint extends Checkpoint {
  /** The text that was signed. */
  readonly body: string;
  readonly logKey: NoteKey;
  /** Known witnesses that cosigned. */
  readonly cosignatures: readonly VerifiedNoteSignature[];
}

const checkpointFormat = 'checkpoint';

function isLine(line: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  return line !== '' && line.isWellFormed() && !/[\u0000-\u001f]/.test(line);
}

/**
 * The body, without extension lines.
 * @throws InputError INPUT_INVALID
 */
export function formatCheckpoint(
  checkpoint: Pick<Checkpoint, 'origin' | 'size' | 'root'> & Partial<Checkpoint>,
): string {
  const { origin, size, root, extensions = [] } = checkpoint;
  if (!isKeyName(origin)) throw invalidInput('origin');
  if (!isLedgerSize(size)) throw invalidInput('size');
  if (!isBytes(root) || root.length !== hashBytes) throw invalidInput('root');
  if (!extensions.every(isLine)) throw invalidInput('extensions');
  return [origin, String(size), encodeBase64(root), ...extensions].map((line) => `${line}\n`).join('');
}

/**
 * Reads a body. Strict: no leading zeros, exactly 32 bytes of root, no empty extension line.
 * @throws InputError FORMAT_INVALID
 */
export function parseCheckpoint(body: string): Checkpoint {
  if (!body.endsWith('\n')) throw malformed(checkpointFormat, 'no-final-newline');
  const [origin = '', sizeText = '', rootText = '', ...extensions] = body.slice(0, -1).split('\n');
  if (!isLine(origin)) throw malformed(checkpointFormat, 'origin');
  const size = findDecimal(sizeText);
  if (size === undefined) throw malformed(checkpointFormat, 'size');
  const root = decodeFormatBase64(rootText, checkpointFormat);
  if (root.length !== hashBytes) throw malformed(checkpointFormat, 'root');
  if (!extensions.every(isLine)) throw malformed(checkpointFormat, 'extension');
  return { origin, size, root, extensions };
}

/**
 * Signs a head with the ledger's key, whose name must be the origin.
 * @throws InputError INPUT_INVALID
 */
export async function signCheckpoint(
  checkpoint: Pick<Checkpoint, 'origin' | 'size' | 'root'>,
  signer: NoteSigner,
): Promise<string> {
  if (signer.key.name !== checkpoint.origin) throw invalidInput('origin');
  return signNote(formatCheckpoint(checkpoint), [signer]);
}

/**
 * Verifies a checkpoint: one of the log keys, named like the origin, must have signed it; cosignatures of known witnesses are
 * verified and returned, how many are needed is the caller's policy.
 * @throws IntegrityError SIGNATURE_INVALID; InputError FORMAT_INVALID; LimitError LIMIT_EXCEEDED
 */
export async function verifyCheckpoint(
  engine: VerifyEngine,
  note: string | Uint8Array,
  keys: { readonly logs: readonly NoteKey[]; readonly witnesses?: readonly NoteKey[] },
  options: VerifyOptions = {},
): Promise<VerifiedCheckpoint> {
  const { logs, witnesses = [] } = keys;
  if (!logs.every(({ type }) => type === noteSignatureTypes.ed25519)) throw invalidInput('logs');
  if (!witnesses.every(({ type }) => type === noteSignatureTypes.cosignatureV1))
    throw invalidInput('witnesses');
  const { text, signatures } = await verifyNote(engine, note, [...logs, ...witnesses], options);
  const checkpoint = parseCheckpoint(text);
  const log = signatures.find(({ key }) => logs.includes(key) && key.name === checkpoint.origin);
  if (log === undefined) throw signatureInvalid('not-the-log');
  const cosignatures = signatures.filter(({ key }) => witnesses.includes(key));
  return { ...checkpoint, body: text, logKey: log.key, cosignatures };
}

/**
 * Makes a witness's cosignature over a checkpoint. The witness must have verified its signature and consistency before.
 * @param signedAtSeconds Unix seconds by the witness's clock
 * @throws InputError INPUT_INVALID, FORMAT_INVALID
 */
export async function cosignCheckpoint(
  note: string | Uint8Array,
  signer: NoteSigner,
  signedAtSeconds: number,
): Promise<NoteSignature> {
  const { key } = signer;
  if (key.type !== noteSignatureTypes.cosignatureV1) throw invalidInput('type');
  if (!Number.isSafeInteger(signedAtSeconds) || signedAtSeconds < 0) throw invalidInput('signedAtSeconds');
  const { text } = parseNote(note);
  parseCheckpoint(text);
  const signature = await signer.sign(cosignatureMessage(signedAtSeconds, encodeUtf8(text)));
  return { name: key.name, id: key.id, bytes: encodeCosignature(signedAtSeconds, signature) };
}
