/**
 * Signed notes (C2SP signed-note): a text and signature lines. Type, encoder, decoder, functions, in that order.
 * Invariants: what `verifyNote` returns was signed by a key the caller named; a signature of an unknown key is ignored, one of a
 * known key that does not verify refuses the whole note.
 */
import { concatBytes, decodeUtf8, encodeBase64, encodeHex, encodeUtf8, decodeHex } from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import { cosignatureMessage, decodeCosignature } from './cosignature-format.ts';
import { noteBytesMax, noteSignaturesMax } from './limits.ts';
import { decodeFormatBase64, isKeyName, noteSignatureTypes } from './note-key.ts';
import type { NoteKey } from './note-key.ts';
import { invalidInput, limitExceeded, malformed, signatureInvalid } from './refusals.ts';

/** One signature line. */
export interface NoteSignature {
  readonly name: string;
  /** 8 hexadecimal digits. */
  readonly id: string;
  /** What follows the key id. */
  readonly bytes: Uint8Array;
}

/** A note that has been taken apart, not verified. */
export interface Note {
  /** Ends in a newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** A signature that was verified. */
export interface VerifiedNoteSignature {
  readonly key: NoteKey;
  /** When a cosigner signed, in Unix seconds; undefined for a plain signature. */
  readonly signedAtSeconds: number | undefined;
}

/** A note whose known signatures are all good, at least one of them. */
export interface VerifiedNote {
  readonly text: string;
  readonly signatures: readonly VerifiedNoteSignature[];
}

/** Something that signs notes; the key stays where it is. */
export interface NoteSigner {
  readonly key: NoteKey;
  /** The 64-byte Ed25519 signature of a message made by this package. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** What verifying needs of an engine. */
export type VerifyEngine = Pick<Engine, 'verifyEd25519' | 'verifyEd25519Strict'>;

/** How to verify. */
export interface VerifyOptions {
  /** The strictest rule for signatures: what passes, passes with every conforming verifier. Slow; for evidence others will check. */
  readonly isEvidence?: boolean;
}

const noteFormat = 'signed-note';

function isNoteText(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  return text.endsWith('\n') && text.isWellFormed() && !/[\u0000-\u0009\u000b-\u001f]/.test(text);
}

/**
 * One signature line with its newline.
 * @throws InputError INPUT_INVALID
 */
export function formatNoteSignature(signature: NoteSignature): string {
  if (!isKeyName(signature.name)) throw invalidInput('name');
  if (!/^[0-9a-f]{8}$/.test(signature.id)) throw invalidInput('id');
  if (signature.bytes.length === 0) throw invalidInput('bytes');
  return `\u2014 ${signature.name} ${encodeBase64(concatBytes(decodeHex(signature.id), signature.bytes))}\n`;
}

/**
 * The note as text.
 * @throws InputError INPUT_INVALID; LimitError LIMIT_EXCEEDED
 */
export function formatNote(note: Note): string {
  if (!isNoteText(note.text)) throw invalidInput('text');
  if (note.signatures.length === 0) throw invalidInput('signatures');
  if (note.signatures.length > noteSignaturesMax) throw limitExceeded('noteSignaturesMax', noteSignaturesMax);
  return `${note.text}\n${note.signatures.map(formatNoteSignature).join('')}`;
}

/**
 * Reads signature lines, each with its newline.
 * @throws InputError FORMAT_INVALID; LimitError LIMIT_EXCEEDED
 */
export function parseNoteSignatures(text: string): NoteSignature[] {
  if (!text.endsWith('\n')) throw malformed(noteFormat, 'no-final-newline');
  const lines = text.slice(0, -1).split('\n');
  if (lines.length > noteSignaturesMax) throw limitExceeded('noteSignaturesMax', noteSignaturesMax);
  return lines.map((line) => {
    const [dash, name = '', encoded = '', ...more] = line.split(' ');
    if (dash !== '\u2014' || more.length > 0 || !isKeyName(name))
      throw malformed(noteFormat, 'signature-line');
    const bytes = decodeFormatBase64(encoded, noteFormat);
    if (bytes.length < 5) throw malformed(noteFormat, 'signature-length');
    return { name, id: encodeHex(bytes.subarray(0, 4)), bytes: bytes.slice(4) };
  });
}

/**
 * Takes a note apart at its last blank line. Nothing in it may be believed before `verifyNote`.
 * @throws InputError FORMAT_INVALID; LimitError LIMIT_EXCEEDED
 */
export function parseNote(note: string | Uint8Array): Note {
  const whole = readText(note);
  if (!isNoteText(whole)) throw malformed(noteFormat, 'characters');
  const split = whole.lastIndexOf('\n\n');
  if (split < 0) throw malformed(noteFormat, 'no-blank-line');
  if (split + 2 === whole.length) throw malformed(noteFormat, 'no-signature');
  return { text: whole.slice(0, split + 1), signatures: parseNoteSignatures(whole.slice(split + 2)) };
}

function readText(note: string | Uint8Array): string {
  if (note.length > noteBytesMax) throw limitExceeded('noteBytesMax', noteBytesMax);
  if (typeof note === 'string') return note;
  try {
    return decodeUtf8(note);
  } catch (cause) {
    throw malformed(noteFormat, 'utf8', { cause });
  }
}

/** A signer over a seed in memory; the seed must be that of the key. */
export function createNoteSigner(
  engine: Pick<Engine, 'signEd25519'>,
  key: NoteKey,
  seed: Uint8Array,
): NoteSigner {
  return { key, sign: (message: Uint8Array): Promise<Uint8Array> => engine.signEd25519(seed, message) };
}

/**
 * Signs a text.
 * @throws InputError INPUT_INVALID for a text that a note cannot hold, for no signer, or for a signer of cosignatures
 */
export async function signNote(text: string, signers: readonly NoteSigner[]): Promise<string> {
  if (!isNoteText(text)) throw invalidInput('text');
  const message = encodeUtf8(text);
  const signatures: NoteSignature[] = [];
  for (const signer of signers) {
    const { key } = signer;
    if (key.type !== noteSignatureTypes.ed25519) throw invalidInput('type');
    signatures.push({ name: key.name, id: key.id, bytes: await signer.sign(message) });
  }
  return formatNote({ text, signatures });
}

/**
 * Verifies every signature of a known key. A key that signed twice is listed once; both signatures must be good.
 * @throws IntegrityError SIGNATURE_INVALID if one of a known key is bad, or none is of a known key; errors of `parseNote`
 */
export async function verifyNote(
  engine: VerifyEngine,
  note: string | Uint8Array,
  keys: readonly NoteKey[],
  options: VerifyOptions = {},
): Promise<VerifiedNote> {
  const { text, signatures } = parseNote(note);
  const message = encodeUtf8(text);
  const verified = new Map<NoteKey, VerifiedNoteSignature>();
  for (const signature of signatures) {
    const key = findKey(keys, signature);
    if (key === undefined) continue;
    const signedAtSeconds = await verifySignature(engine, key, message, signature.bytes, options);
    if (!verified.has(key)) verified.set(key, { key, signedAtSeconds });
  }
  if (verified.size === 0) throw signatureInvalid('no-known-key');
  return { text, signatures: [...verified.values()] };
}

function findKey(keys: readonly NoteKey[], signature: NoteSignature): NoteKey | undefined {
  const [key, ...more] = keys.filter(({ name, id }) => name === signature.name && id === signature.id);
  if (more.length > 0) throw invalidInput('keys');
  return key;
}

async function verifySignature(
  engine: VerifyEngine,
  key: NoteKey,
  text: Uint8Array,
  bytes: Uint8Array,
  options: VerifyOptions,
): Promise<number | undefined> {
  let message = text;
  let signature = bytes;
  let signedAtSeconds: number | undefined;
  if (key.type === noteSignatureTypes.cosignatureV1) {
    const decoded = decodeCosignature(bytes);
    signedAtSeconds = decoded.signedAtSeconds;
    signature = decoded.signature;
    message = cosignatureMessage(signedAtSeconds, text);
  }
  const isGood =
    options.isEvidence === true
      ? await engine.verifyEd25519Strict(key.publicKey, message, signature)
      : await engine.verifyEd25519(key.publicKey, message, signature);
  if (!isGood) throw signatureInvalid('bad', { keyId: key.id });
  return signedAtSeconds;
}
