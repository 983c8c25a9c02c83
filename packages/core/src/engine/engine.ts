/** The primitives that everything above rests on. Two implementations give the same bytes: `createWebEngine` here, `createNodeEngine` in core/node. */

/** A hash that HMAC and HKDF run over. */
export type HashName = 'sha256' | 'sha384' | 'sha512';

/** Sizes of the primitives, in bytes. */
export const engineSizes = {
  aesKey: 32,
  gcmNonce: 12,
  gcmTag: 16,
  ed25519Seed: 32,
  ed25519PublicKey: 32,
  ed25519Signature: 64,
  hpkeSeed: 32,
  hpkePublicKey: 1216,
  hpkeEncapsulation: 1120,
} as const;

/** Input of one AES-256-GCM sealing. Key and nonce must never meet twice with different plaintexts. */
export type SealAesGcmOptions = {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly aad: Uint8Array;
  readonly plaintext: Uint8Array;
};

/** Input of one AES-256-GCM opening; `ciphertext` has the 16-byte tag at its end. */
export type OpenAesGcmOptions = {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly aad: Uint8Array;
  readonly ciphertext: Uint8Array;
};

/**
 * AES-256-GCM under one key that is imported once; for many messages, such as the segments of a body. The answer is written
 * to the front of `output` where that is given, and is then a view of it; it must not overlap the input.
 */
export type AesGcm = {
  readonly seal: (
    options: Omit<SealAesGcmOptions, 'key'> & { readonly output?: Uint8Array },
  ) => Promise<Uint8Array>;
  /** Where the tag fails nothing is written. @throws CryptoError DECRYPT_FAILED */
  readonly open: (
    options: Omit<OpenAesGcmOptions, 'key'> & { readonly output?: Uint8Array },
  ) => Promise<Uint8Array>;
};

/** SHA-256 of bytes that come piece by piece. After `digest` it is spent. */
export type Sha256Stream = {
  readonly update: (bytes: Uint8Array) => void;
  readonly digest: () => Uint8Array;
};

/** Input of HKDF (RFC 5869); an absent salt is the empty one. */
export type HkdfOptions = {
  readonly ikm: Uint8Array;
  readonly salt?: Uint8Array;
  readonly info: Uint8Array;
  readonly length: number;
};

/** Input of HKDF-Expand (RFC 5869 section 2.3). */
export type HkdfExpandOptions = {
  readonly prk: Uint8Array;
  readonly info: Uint8Array;
  readonly length: number;
};

/** Input of one HPKE sealing (RFC 9180, base mode, single shot). */
export type HpkeSealOptions = {
  readonly publicKey: Uint8Array;
  readonly info: Uint8Array;
  readonly aad: Uint8Array;
  readonly plaintext: Uint8Array;
};

/** Input of one HPKE opening; `sealed` is the encapsulation (1,120 bytes) and the ciphertext. */
export type HpkeOpenOptions = {
  readonly seed: Uint8Array;
  readonly info: Uint8Array;
  readonly aad: Uint8Array;
  readonly sealed: Uint8Array;
};

/** Input of Argon2id version 1.3 (RFC 9106); memory in KiB. Callers check the parameters with `assertArgon2Parameters` first. */
export type Argon2idOptions = {
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  readonly memoryKib: number;
  readonly iterations: number;
  readonly parallelism: number;
  readonly length: number;
};

/** Every method refuses arguments of the wrong kind or length with InputError INPUT_INVALID. Every failed opening is CryptoError DECRYPT_FAILED. */
export interface Engine {
  readonly name: 'web' | 'node';
  /** `length` bytes from the system's generator, at most 65,536. */
  randomBytes(length: number): Uint8Array;
  /** SHA-256 of the parts joined. */
  sha256(...parts: readonly Uint8Array[]): Uint8Array;
  /** SHA-256 of large parts joined, off the thread where the engine can. */
  sha256Async(...parts: readonly Uint8Array[]): Promise<Uint8Array>;
  /** SHA-256 of what comes piece by piece, on the calling thread: the fastest the engine has. */
  createSha256(): Promise<Sha256Stream>;
  /** HMAC of the parts joined. */
  hmac(hash: HashName, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array;
  hkdf(hash: HashName, options: HkdfOptions): Uint8Array;
  hkdfExpand(hash: HashName, options: HkdfExpandOptions): Uint8Array;
  /** AES-256-GCM; answers ciphertext followed by the tag. */
  sealAesGcm(options: SealAesGcmOptions): Promise<Uint8Array>;
  /** @throws CryptoError DECRYPT_FAILED */
  openAesGcm(options: OpenAesGcmOptions): Promise<Uint8Array>;
  /** Imports a key for many messages. */
  createAesGcm(key: Uint8Array): AesGcm;
  ed25519PublicKey(seed: Uint8Array): Promise<Uint8Array>;
  signEd25519(seed: Uint8Array, message: Uint8Array): Promise<Uint8Array>;
  /**
   * Verifies with the engine's own verifier. Only for keys that `assertEd25519PublicKey` has accepted once: engines
   * disagree on crafted keys. A key or signature of the wrong length is a signature that does not verify.
   */
  verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
  /**
   * Verifies by the strictest rule: canonical key and R of the prime-order subgroup, S below the group order. Slow (a few
   * milliseconds); what it accepts, every conforming verifier accepts. For evidence that others will check.
   */
  verifyEd25519Strict(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
  /** Refuses keys that are non-canonical, of small order or outside the prime-order subgroup. @throws IntegrityError KEY_INVALID */
  assertEd25519PublicKey(publicKey: Uint8Array): void;
  /** The X-Wing public key (1,216 bytes) of a 32-byte seed. */
  hpkePublicKey(seed: Uint8Array): Promise<Uint8Array>;
  /** HPKE base mode, KEM 0x647a, HKDF-SHA-256, AES-256-GCM; answers encapsulation followed by ciphertext. @throws IntegrityError KEY_INVALID */
  hpkeSeal(options: HpkeSealOptions): Promise<Uint8Array>;
  /** @throws CryptoError DECRYPT_FAILED */
  hpkeOpen(options: HpkeOpenOptions): Promise<Uint8Array>;
  argon2id(options: Argon2idOptions): Promise<Uint8Array>;
}
