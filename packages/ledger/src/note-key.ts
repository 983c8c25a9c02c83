/**
 * Keys of signed notes (C2SP signed-note): name, signature type, public key, and the 4-byte key id that ties a signature line to
 * them. Invariant: a `NoteKey` made here has the id that its other fields give, and its public key has passed
 * `assertEd25519PublicKey`, so that engines agree on what it verifies.
 */
import { concatBytes, decodeBase64, encodeBase64, encodeHex, encodeUtf8, isBytes } from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import { invalidInput, malformed } from './refusals.ts';

/** What checking a key needs of an engine. */
export type NoteKeyEngine = Pick<Engine, 'sha256' | 'assertEd25519PublicKey'>;

/** Signature types of signed-note that this package makes and verifies. */
export const noteSignatureTypes = { ed25519: 0x01, cosignatureV1: 0x04 } as const;

/** A signature type we verify. */
export type NoteSignatureType = (typeof noteSignatureTypes)[keyof typeof noteSignatureTypes];

/** The public half of a key that signs notes. */
export interface NoteKey {
  /** Non-empty, without spaces and `+`; a log's is its origin. */
  readonly name: string;
  /** 8 hexadecimal digits. */
  readonly id: string;
  readonly type: NoteSignatureType;
  /** 32 bytes of Ed25519. */
  readonly publicKey: Uint8Array;
}

const publicKeyBytes = 32;

/** Whether a text may name a key: well-formed, no Unicode space, no `+`, no control character. */
export function isKeyName(name: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  return name !== '' && name.isWellFormed() && !/[\p{White_Space}+\u0000-\u001f]/u.test(name);
}

function isSignatureType(type: number): type is NoteSignatureType {
  return type === noteSignatureTypes.ed25519 || type === noteSignatureTypes.cosignatureV1;
}

/**
 * The key with its id, `SHA-256(name || 0x0A || type || public key)[:4]`.
 * @throws InputError INPUT_INVALID; IntegrityError KEY_INVALID
 */
export function createNoteKey(
  engine: NoteKeyEngine,
  parts: {
    readonly name: string;
    readonly type: NoteSignatureType;
    readonly publicKey: Uint8Array;
  },
): NoteKey {
  const { name, type, publicKey } = parts;
  if (!isKeyName(name)) throw invalidInput('name');
  if (!isSignatureType(type)) throw invalidInput('type');
  if (!isBytes(publicKey) || publicKey.length !== publicKeyBytes) throw invalidInput('publicKey');
  engine.assertEd25519PublicKey(publicKey);
  const hash = engine.sha256(encodeUtf8(name), Uint8Array.of(0x0a, type), publicKey);
  return { name, id: encodeHex(hash.subarray(0, 4)), type, publicKey: publicKey.slice() };
}

/** The key as text, a vkey: `<name>+<id>+<base64(type || public key)>`. */
export function formatNoteKey(key: NoteKey): string {
  return `${key.name}+${key.id}+${encodeBase64(concatBytes(Uint8Array.of(key.type), key.publicKey))}`;
}

/**
 * Reads a vkey and checks its id. Keys of a type we cannot verify are refused, so that a policy never counts on one.
 * @throws InputError FORMAT_INVALID; IntegrityError KEY_INVALID
 */
export function parseNoteKey(engine: NoteKeyEngine, text: string): NoteKey {
  const match = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text);
  if (match === null) throw malformed('vkey', 'shape');
  const [, name = '', id = '', encoded = ''] = match;
  if (!isKeyName(name)) throw malformed('vkey', 'name');
  const bytes = decodeFormatBase64(encoded, 'vkey');
  const type = bytes[0] ?? 0;
  if (!isSignatureType(type)) throw malformed('vkey', 'type');
  if (bytes.length !== 1 + publicKeyBytes) throw malformed('vkey', 'length');
  const key = createNoteKey(engine, { name, type, publicKey: bytes.subarray(1) });
  if (key.id !== id) throw malformed('vkey', 'id');
  return key;
}

/** Strict base64 inside a named format. @throws InputError FORMAT_INVALID */
export function decodeFormatBase64(text: string, format: string): Uint8Array {
  try {
    return decodeBase64(text);
  } catch (cause) {
    throw malformed(format, 'base64', { cause });
  }
}
