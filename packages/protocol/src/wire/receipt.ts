import { z } from '../schemas.ts';
import { limits } from '../limits.ts';
import { bytes, count, exactBytes, id } from './scalars.ts';

/** Sibling hashes of a proof, leaf side first. */
export const proofHashes = z.array(exactBytes(32)).max(64);

/** Warden's signed heads (docs/spec/requests.md section 3), the exact bytes. */
export const headsBytes = bytes({ max: 1_048_576 });

/** Proof that an entry is in a ledger: all that a device checks before it believes an answer. */
export const receipt = z.strictObject({
  ledger: id('vlt'),
  edition: count(),
  index: count(),
  entry: bytes({ max: limits.entryBytesMax }),
  /** Salt of the payload commitment, where the entry has a payload. */
  salt: exactBytes(32).optional(),
  /** Signed note whose size is above the index. */
  checkpoint: z.string().max(8_192),
  inclusion: proofHashes,
  /** From the size that the caller said it had verified; absent if it said 0. */
  consistency: z.strictObject({ from: count(), hashes: proofHashes }).optional(),
});
export type Receipt = z.output<typeof receipt>;

/** A signed body as a device hands it in, and what its hashes name. */
export const signedBody = z.strictObject({
  body: bytes({ min: 1, max: limits.entryBytesMax }),
  sigs: z
    .array(z.tuple([z.string().max(64), exactBytes(64)]))
    .min(1)
    .max(4),
});
export type SignedBody = z.output<typeof signedBody>;

/** Attachments are found by `Hn("attachment", bytes)`, which the body names. */
export const attachments = z
  .array(bytes({ min: 1, max: limits.attachmentBytesMax }))
  .max(limits.attachmentsMax);

/** Sizes that the caller last verified, so that the answer can carry consistency proofs from there. */
export const knownSizes = z.strictObject({ office: count(), vault: count().optional() });
