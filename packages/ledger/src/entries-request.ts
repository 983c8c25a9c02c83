/**
 * A witness asks for entries: a note that names ledger and bundle, under a cosignature of the witness's key, whose time says when. It can be
 * taken for no checkpoint: its first line names no ledger, its second is no size.
 */
import { encodeUtf8 } from '@strongroom/core';
import { cosignatureMessage, encodeCosignature } from './cosignature-format.ts';
import { isKeyName, noteSignatureTypes } from './note-key.ts';
import type { NoteKey } from './note-key.ts';
import { formatNote, parseNote, verifyNote } from './note.ts';
import type { NoteSigner, VerifyEngine } from './note.ts';
import { invalidInput, malformed, signatureInvalid } from './refusals.ts';
import { formatTilePath, parseTilePath } from './tile-path.ts';

const header = 'strongroom/entries-of/v1';
const requestFormat = 'entries-request';

/** Which bundle of which ledger. */
export interface EntriesRequest {
  readonly origin: string;
  /** Number of the bundle. */
  readonly index: number;
  /** How many entries of it, 1 to 256. */
  readonly width: number;
}

/** A request that was signed by a key the caller named. */
export interface VerifiedEntriesRequest extends EntriesRequest {
  readonly key: NoteKey;
  /** By the witness's clock. */
  readonly signedAtSeconds: number;
}

/** Signs a request with a witness's key. @throws InputError INPUT_INVALID */
export async function signEntriesRequest(
  signer: NoteSigner,
  request: EntriesRequest,
  signedAtSeconds: number,
): Promise<string> {
  const { key } = signer;
  if (key.type !== noteSignatureTypes.cosignatureV1) throw invalidInput('type');
  if (!isKeyName(request.origin)) throw invalidInput('origin');
  const path = formatTilePath({ level: 'entries', index: request.index, width: request.width });
  const text = `${header}\n${request.origin}\n${path}\n`;
  const signature = await signer.sign(cosignatureMessage(signedAtSeconds, encodeUtf8(text)));
  const bytes = encodeCosignature(signedAtSeconds, signature);
  return formatNote({ text, signatures: [{ name: key.name, id: key.id, bytes }] });
}

/**
 * Takes a request apart. Nothing in it may be believed before `verifyEntriesRequest`.
 * @throws InputError FORMAT_INVALID; LimitError LIMIT_EXCEEDED
 */
export function parseEntriesRequest(note: string | Uint8Array): EntriesRequest {
  const { text, signatures } = parseNote(note);
  const [first, origin = '', path = '', ...rest] = text.split('\n');
  if (first !== header || rest.length !== 1) throw malformed(requestFormat, 'lines');
  if (!isKeyName(origin)) throw malformed(requestFormat, 'origin');
  // One that several signed would be several requests.
  if (signatures.length !== 1) throw malformed(requestFormat, 'signatures');
  const { level, index, width } = parseTilePath(path);
  if (level !== 'entries') throw malformed(requestFormat, 'path');
  return { origin, index, width };
}

/**
 * Checks that one of these witnesses asks. When it signed, and whether it did so before, is the caller's to judge.
 * @throws IntegrityError SIGNATURE_INVALID; what parseEntriesRequest throws
 */
export async function verifyEntriesRequest(
  engine: VerifyEngine,
  note: string | Uint8Array,
  witnesses: readonly NoteKey[],
): Promise<VerifiedEntriesRequest> {
  const request = parseEntriesRequest(note);
  const { signatures } = await verifyNote(engine, note, witnesses, { isEvidence: true });
  const [{ key, signedAtSeconds } = {}] = signatures;
  if (key === undefined || signedAtSeconds === undefined) throw signatureInvalid('not-a-witness');
  return { ...request, key, signedAtSeconds };
}
