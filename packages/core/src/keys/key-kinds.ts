/**
 * Kinds of symmetric keys. The brand is weak on purpose: plain bytes may be named a key of any kind once, where they enter,
 * but a key of one kind is never accepted as another (attack B8); at run time the labels keep the kinds apart.
 */
import { assertBytes } from '../bytes/index.ts';
import type { Engine } from '../engine/index.ts';

declare const keyKind: unique symbol;
type KeyOf<K extends string> = Uint8Array & { readonly [keyKind]?: K };

/** Content key (CEK) of one part of one record version: 32 random bytes. */
export type ContentKey = KeyOf<'content'>;
/** Key of one epoch of one room: 32 random bytes. */
export type EpochKey = KeyOf<'epoch'>;
/** The warden's key of one slot, from the puncturable tree: 32 bytes. */
export type LeafKey = KeyOf<'leaf'>;
/** A content key under an epoch key: 48 bytes of ciphertext. */
export type Wrap = KeyOf<'wrap'>;
/** A wrap under the warden's seal: 76 bytes of ciphertext. */
export type SealedWrap = KeyOf<'sealed-wrap'>;

/** Length of content, epoch and leaf keys, in bytes. */
export const keySizeBytes = 32;

/** A new random content key. */
export function newContentKey(engine: Pick<Engine, 'randomBytes'>): ContentKey {
  return engine.randomBytes(keySizeBytes);
}

/** A new random epoch key. */
export function newEpochKey(engine: Pick<Engine, 'randomBytes'>): EpochKey {
  return engine.randomBytes(keySizeBytes);
}

/** @throws InputError INPUT_INVALID */
export function assertKey(key: unknown, name: string): asserts key is Uint8Array {
  assertBytes(key, name, keySizeBytes);
}
