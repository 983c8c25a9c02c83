/** What WebCrypto's own X-Wing (named MLKEM768-X25519) offers beside the operations that the hpke library calls. */

const algorithm = { name: 'MLKEM768-X25519' };

// TypeScript's DOM types do not know these operations yet (WICG "Modern Algorithms in the Web Cryptography API").
type ModernSubtleCrypto = {
  importKey(
    format: string,
    bytes: Uint8Array,
    algorithm: { name: string },
    extractable: boolean,
    usages: readonly string[],
  ): Promise<CryptoKey>;
  exportKey(format: string, key: CryptoKey): Promise<ArrayBuffer>;
  getPublicKey(key: CryptoKey, usages: readonly string[]): Promise<CryptoKey>;
};
type ModernSubtleCryptoConstructor = { supports?(operation: string, algorithm: string): boolean };

function getSubtle(): ModernSubtleCrypto {
  return crypto.subtle as unknown as ModernSubtleCrypto;
}

/** Whether WebCrypto here has X-Wing and can answer a private key's public half. */
export function hasNativeHpke(): boolean {
  const constructor = (globalThis as { SubtleCrypto?: ModernSubtleCryptoConstructor }).SubtleCrypto;
  return (
    (constructor?.supports?.('generateKey', algorithm.name) ?? false) &&
    typeof getSubtle().getPublicKey === 'function'
  );
}

/** The public key of a 32-byte seed. */
export async function deriveNativePublicKey(seed: Uint8Array): Promise<Uint8Array> {
  const subtle = getSubtle();
  const privateKey = await subtle.importKey('raw-seed', seed.slice(), algorithm, false, ['decapsulateBits']);
  const publicKey = await subtle.getPublicKey(privateKey, ['encapsulateBits']);
  return new Uint8Array(await subtle.exportKey('raw-public', publicKey));
}
