/**
 * Encryption key and commitment of one part (docs/spec/bytes.md section 6). AES-GCM alone does not commit to its key, so
 * `com`, which the author signs, is compared before anything is decrypted (attacks B7, J5).
 */
import { assertBytes, concatBytes, encodeUtf8, isEqualConstantTime } from '../bytes/index.ts';
import { hashRecordContext } from '../contexts/index.ts';
import type { RecordPart } from '../contexts/index.ts';
import type { Engine } from '../engine/index.ts';
import { CryptoError } from '../errors/index.ts';
import { assertKey } from '../keys/key-kinds.ts';
import type { ContentKey } from '../keys/key-kinds.ts';

/** Length of a commitment, in bytes. */
export const commitmentSizeBytes = 32;

export type PartKeys = {
  readonly encryptionKey: Uint8Array;
  readonly commitment: Uint8Array;
  /** `Hb`, the AAD. */
  readonly contextHash: Uint8Array;
};

const labels: Readonly<Record<RecordPart, Uint8Array>> = {
  card: encodeUtf8('strongroom/card/v1'),
  body: encodeUtf8('strongroom/body/v1'),
};

/** Derives key and commitment from a content key and the encoded bctx of its part. */
export function derivePartKeys(
  engine: Pick<Engine, 'sha256' | 'hkdf'>,
  options: { readonly contentKey: ContentKey; readonly part: RecordPart; readonly context: Uint8Array },
): PartKeys {
  assertKey(options.contentKey, 'contentKey');
  const contextHash = hashRecordContext(engine, options.context);
  const okm = engine.hkdf('sha512', {
    ikm: options.contentKey,
    info: concatBytes(labels[options.part], contextHash),
    length: 64,
  });
  return { encryptionKey: okm.slice(0, 32), commitment: okm.slice(32), contextHash };
}

/** @throws CryptoError DECRYPT_FAILED */
export function assertCommitment(keys: PartKeys, commitment: Uint8Array): void {
  assertBytes(commitment, 'commitment');
  if (!isEqualConstantTime(keys.commitment, commitment)) throw new CryptoError('DECRYPT_FAILED');
}
