/**
 * The card: name, type, times, labels of a version, or the whole of a small record (docs/spec/bytes.md section 6).
 * Padded to steps of 256 bytes; its fields in front must say what bctx says.
 */
import {
  assertBytes,
  compareBytes,
  concatBytes,
  decodeU32,
  encodeU32,
  isEqualConstantTime,
} from '../bytes/index.ts';
import { decodeCbor, encodeCbor } from '../cbor/index.ts';
import type { CborValue } from '../cbor/index.ts';
import { decodeRecordContext, suite } from '../contexts/index.ts';
import type { RecordContext } from '../contexts/index.ts';
import type { Engine } from '../engine/index.ts';
import { engineSizes } from '../engine/index.ts';
import { CryptoError, InputError, LimitError } from '../errors/index.ts';
import { decodeId } from '../ids/index.ts';
import type { ContentKey } from '../keys/key-kinds.ts';
import { assertCommitment, commitmentSizeBytes, derivePartKeys } from './content-keys.ts';

/** Sizes in bytes. */
export const cardSizes = { paddingStep: 256, plaintextMax: 65_536, front: 74, storedMax: 65_626 } as const;

type CardEngine = Pick<Engine, 'randomBytes' | 'sha256' | 'hkdf' | 'sealAesGcm' | 'openAesGcm'>;

/** A sealed card and the commitment that goes into the header. */
export type SealedCard = { readonly stored: Uint8Array; readonly commitment: Uint8Array };

const magic = Uint8Array.of(0x53, 0x52, 0x43, 0x31); // "SRC1"
const frontSize = 30;

/**
 * Seals a card. `context` is the encoded bctx of the card; the content key must be fresh.
 * @throws LimitError LIMIT_EXCEEDED above 65,536 bytes of padded plaintext
 */
export async function sealCard(
  engine: CardEngine,
  options: { readonly contentKey: ContentKey; readonly context: Uint8Array; readonly content: CborValue },
): Promise<SealedCard> {
  const context = readCardContext(options.context);
  const keys = derivePartKeys(engine, {
    contentKey: options.contentKey,
    part: 'card',
    context: options.context,
  });
  const nonce = engine.randomBytes(engineSizes.gcmNonce);
  const ciphertext = await engine.sealAesGcm({
    key: keys.encryptionKey,
    nonce,
    aad: keys.contextHash,
    plaintext: padCard(encodeCbor(options.content)),
  });
  return {
    stored: concatBytes(encodeFront(context), nonce, keys.commitment, ciphertext),
    commitment: keys.commitment,
  };
}

/**
 * Opens a stored card against the commitment of the signed header.
 * @throws CryptoError DECRYPT_FAILED for any other key, context, commitment or altered byte
 */
export async function openCard(
  engine: CardEngine,
  options: {
    readonly contentKey: ContentKey;
    readonly context: Uint8Array;
    readonly commitment: Uint8Array;
    readonly stored: Uint8Array;
  },
): Promise<CborValue> {
  const { stored } = options;
  assertBytes(stored, 'stored');
  const context = readCardContext(options.context);
  const keys = derivePartKeys(engine, {
    contentKey: options.contentKey,
    part: 'card',
    context: options.context,
  });
  assertCommitment(keys, options.commitment);
  const isShapeRight =
    stored.length >= cardSizes.front + engineSizes.gcmTag && stored.length <= cardSizes.storedMax;
  if (!isShapeRight || compareBytes(stored.subarray(0, frontSize), encodeFront(context)) !== 0)
    throw new CryptoError('DECRYPT_FAILED');
  const nonceEnd = frontSize + engineSizes.gcmNonce;
  if (!isEqualConstantTime(stored.subarray(nonceEnd, nonceEnd + commitmentSizeBytes), keys.commitment)) {
    throw new CryptoError('DECRYPT_FAILED');
  }
  const plaintext = await engine.openAesGcm({
    key: keys.encryptionKey,
    nonce: stored.subarray(frontSize, nonceEnd),
    aad: keys.contextHash,
    ciphertext: stored.subarray(cardSizes.front),
  });
  try {
    return decodeCbor(unpadCard(plaintext), { sizeBytesMax: cardSizes.plaintextMax });
  } catch {
    // Authenticated, and still no card: the author made it so. One code, like every failed opening.
    throw new CryptoError('DECRYPT_FAILED');
  }
}

function readCardContext(encoded: Uint8Array): RecordContext {
  const context = decodeRecordContext(encoded);
  if (context.part !== 'card') throw new InputError('INPUT_INVALID', { name: 'context' });
  return context;
}

function encodeFront(context: RecordContext): Uint8Array {
  return concatBytes(
    magic,
    Uint8Array.of(suite, 0),
    encodeU32(context.epoch),
    decodeId('rec', context.record),
    encodeU32(context.version),
  );
}

function padCard(content: Uint8Array): Uint8Array {
  const length = Math.ceil((content.length + 4) / cardSizes.paddingStep) * cardSizes.paddingStep;
  if (length > cardSizes.plaintextMax) throw new LimitError('LIMIT_EXCEEDED', { name: 'card.sizeBytes' });
  const padded = new Uint8Array(length);
  padded.set(encodeU32(content.length));
  padded.set(content, 4);
  return padded;
}

function unpadCard(padded: Uint8Array): Uint8Array {
  const end = decodeU32(padded) + 4;
  const isRight =
    padded.length === Math.ceil(end / cardSizes.paddingStep) * cardSizes.paddingStep && isZero(padded, end);
  if (!isRight) throw new CryptoError('DECRYPT_FAILED');
  return padded.subarray(4, end);
}

function isZero(bytes: Uint8Array, start: number): boolean {
  for (let index = start; index < bytes.length; index++) if (bytes[index] !== 0) return false;
  return true;
}
