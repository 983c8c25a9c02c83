/**
 * Introductions: a note by which the key of one ledger vouches for the key of another of the same firm, so that a witness that trusts the first
 * learns of the second without anybody's hand. It can be taken for no checkpoint: its first line names no ledger, its second is no size.
 */
import { formatNoteKey, noteSignatureTypes, parseNoteKey } from './note-key.ts';
import type { NoteKey, NoteKeyEngine } from './note-key.ts';
import { parseNote, signNote, verifyNote } from './note.ts';
import type { NoteSigner, VerifyEngine } from './note.ts';
import { invalidInput, malformed } from './refusals.ts';

const header = 'strongroom/ledger-of/v1';
const introductionFormat = 'introduction';

/** Whom an introduction is about, and who speaks. */
export interface Introduction {
  /** Origin of the ledger whose key has signed. */
  readonly by: string;
  readonly key: NoteKey;
}

/** Signs the introduction of a ledger by another of the same firm. @throws InputError INPUT_INVALID for one of another */
export async function signIntroduction(signer: NoteSigner, key: NoteKey): Promise<string> {
  if (!isSameFirm(signer.key.name, key.name)) throw invalidInput('key');
  return await signNote(`${header}\n${signer.key.name}\n${formatNoteKey(key)}\n`, [signer]);
}

/**
 * Takes an introduction apart. Nothing in it may be believed before `verifyIntroduction`.
 * @throws InputError FORMAT_INVALID; LimitError LIMIT_EXCEEDED; IntegrityError KEY_INVALID
 */
export function parseIntroduction(engine: NoteKeyEngine, note: string | Uint8Array): Introduction {
  const [first, by = '', vkey = '', ...rest] = parseNote(note).text.split('\n');
  if (first !== header || rest.length !== 1) throw malformed(introductionFormat, 'lines');
  const key = parseNoteKey(engine, vkey);
  if (key.type !== noteSignatureTypes.ed25519) throw malformed(introductionFormat, 'key-type');
  if (!isSameFirm(by, key.name)) throw malformed(introductionFormat, 'origin');
  return { by, key };
}

/** Checks that the ledger which speaks has signed. @throws IntegrityError SIGNATURE_INVALID */
export async function verifyIntroduction(
  engine: VerifyEngine,
  note: string | Uint8Array,
  by: NoteKey,
): Promise<void> {
  await verifyNote(engine, note, [by], { isEvidence: true });
}

/** `<firm's part>/<ledger>/<edition>`: the same firm's part, and another ledger. */
function isSameFirm(left: string, right: string): boolean {
  const [one, other] = [left, right].map((origin) => origin.split('/'));
  if (one === undefined || other === undefined || one.length < 3 || one.length !== other.length) return false;
  const firmOf = (parts: readonly string[]): string => parts.slice(0, -2).join('/');
  return firmOf(one) === firmOf(other) && one.at(-2) !== other.at(-2);
}
