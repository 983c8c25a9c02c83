/**
 * HPKE (RFC 9180) base mode with KEM 0x647a (MLKEM768-X25519, X-Wing), HKDF-SHA-256 and AES-256-GCM, over the `hpke`
 * library: its own WebCrypto KEM where the engine has ML-KEM, else the same bytes from noble. Never a lesser KEM.
 */
import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_MLKEM768_X25519 } from 'hpke';
import type { AEADFactory, KDFFactory, Key } from 'hpke';
import { concatBytes, encodeHex } from '../bytes/index.ts';
import { CryptoError, DependencyError, IntegrityError } from '../errors/index.ts';
import { engineSizes } from './engine.ts';
import type { HpkeOpenOptions, HpkeSealOptions } from './engine.ts';
import { deriveNativePublicKey } from './hpke-native.ts';
import { KeyCache } from './key-cache.ts';

export type HpkeSuite = {
  readonly publicKeyOf: (seed: Uint8Array) => Promise<Uint8Array>;
  readonly seal: (options: HpkeSealOptions) => Promise<Uint8Array>;
  readonly open: (options: HpkeOpenOptions) => Promise<Uint8Array>;
};

/**
 * `hash` names cache entries: SHA-256, so that seeds do not lie about as texts. `kdf` and `aead` are HKDF-SHA-256 and AES-256-GCM;
 * the library's own WebCrypto ones where absent.
 */
export type HpkeSuiteOptions = {
  readonly kem: 'native' | 'noble';
  readonly hash: (bytes: Uint8Array) => Uint8Array;
  readonly kdf?: KDFFactory;
  readonly aead?: AEADFactory;
};

/** Builds the suite. @throws DependencyError when the fallback cannot be loaded */
export async function createHpkeSuite(options: HpkeSuiteOptions): Promise<HpkeSuite> {
  // The fallback is a chunk of its own, fetched only where it is needed.
  const kem =
    options.kem === 'native' ? KEM_MLKEM768_X25519 : (await import('./hpke-noble.ts')).KEM_MLKEM768_X25519;
  const suite = new CipherSuite<Key>(kem, options.kdf ?? KDF_HKDF_SHA256, options.aead ?? AEAD_AES_256_GCM);
  const publicKeys = new KeyCache<Promise<Key>>(512);
  const privateKeys = new KeyCache<Promise<Key>>(64);

  function importKey(
    cache: KeyCache<Promise<Key>>,
    bytes: Uint8Array,
    read: (copy: Uint8Array) => Promise<Key>,
  ): Promise<Key> {
    const id = encodeHex(options.hash(bytes));
    const found = cache.find(id);
    if (found !== undefined) return found;
    const key = read(bytes.slice());
    cache.set(id, key);
    key.catch(() => cache.delete(id));
    return key;
  }

  async function importSeed(seed: Uint8Array): Promise<Key> {
    try {
      return await importKey(privateKeys, seed, (copy) => suite.DeserializePrivateKey(copy, true));
    } catch (cause) {
      throw new DependencyError('ENGINE_FAILED', { operation: 'hpke.import' }, { cause });
    }
  }

  async function publicKeyOf(seed: Uint8Array): Promise<Uint8Array> {
    try {
      return options.kem === 'native'
        ? await deriveNativePublicKey(seed)
        : (await import('./hpke-noble.ts')).deriveNoblePublicKey(seed);
    } catch (cause) {
      throw new DependencyError('ENGINE_FAILED', { operation: 'hpke.publicKey' }, { cause });
    }
  }

  async function seal(input: HpkeSealOptions): Promise<Uint8Array> {
    let key: Key;
    try {
      key = await importKey(publicKeys, input.publicKey, (copy) => suite.DeserializePublicKey(copy));
    } catch (cause) {
      throw new IntegrityError('KEY_INVALID', { algorithm: 'hpke' }, { cause });
    }
    try {
      const { encapsulatedSecret, ciphertext } = await suite.Seal(key, input.plaintext, {
        info: input.info,
        aad: input.aad,
      });
      return concatBytes(encapsulatedSecret, ciphertext);
    } catch (cause) {
      // A public key whose ML-KEM half is not reduced or whose X25519 half is of small order is found out here by some engines.
      throw new IntegrityError('KEY_INVALID', { algorithm: 'hpke' }, { cause });
    }
  }

  async function open(input: HpkeOpenOptions): Promise<Uint8Array> {
    const key = await importSeed(input.seed);
    const encapsulated = input.sealed.slice(0, engineSizes.hpkeEncapsulation);
    const ciphertext = input.sealed.slice(engineSizes.hpkeEncapsulation);
    try {
      return await suite.Open(key, encapsulated, ciphertext, { info: input.info, aad: input.aad });
    } catch {
      // The cause is dropped on purpose: which step failed must tell nobody anything.
      throw new CryptoError('DECRYPT_FAILED');
    }
  }

  return { publicKeyOf, seal, open };
}
