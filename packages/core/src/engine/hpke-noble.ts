/** X-Wing from noble, for engines whose WebCrypto lacks it. Loaded only there: a chunk of its own in the browser. */
import { MLKEM768X25519 } from '@noble/post-quantum/hybrid.js';

export { KEM_MLKEM768_X25519 } from '@panva/hpke-noble';

/** The public key of a 32-byte seed. */
export function deriveNoblePublicKey(seed: Uint8Array): Uint8Array {
  return MLKEM768X25519.keygen(seed.slice()).publicKey;
}
