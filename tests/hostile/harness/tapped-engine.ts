/**
 * A member owns his device, so he can read every key that passes through it. This engine is the real one with a tap: it
 * notes each secret that the device uses. The tests use it twice: to search everything that leaves the device for these
 * secrets, and to give a malicious member the keys that are his.
 */
import { encodeHex, encodeUtf8 } from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';

/** What a secret was used as. */
export type SecretUse = 'signing' | 'hpke' | 'aes' | 'ikm' | 'opened' | 'drawn';

/** What an engine has seen so far. */
export interface Tap {
  /** Secrets of 16 bytes and more, by use, each once, oldest first. */
  secrets(use?: SecretUse): Uint8Array[];
  /** Public keys that something was HPKE-sealed to, oldest first. */
  recipients(): Uint8Array[];
  /** Epoch keys: the input of a wrap's key (docs/spec/bytes.md section 7). */
  epochKeys(): Uint8Array[];
  /** Bytes that were authenticated and opened: plaintexts that must not be found anywhere. */
  aesKeys(): Uint8Array[];
  clear(): void;
}

export interface TappedEngine {
  readonly engine: Engine;
  readonly tap: Tap;
}

const wrapInfo = encodeHex(encodeUtf8('sr1/wrap'));

/** The node engine with a tap on it. */
export function createTappedEngine(under: Engine = createNodeEngine()): TappedEngine {
  const seen = new Map<string, { readonly use: SecretUse; readonly bytes: Uint8Array }>();
  const recipients: Uint8Array[] = [];
  const epochKeys = new Map<string, Uint8Array>();

  function note(use: SecretUse, bytes: Uint8Array): void {
    if (bytes.length < 16 || bytes.length > 64) return;
    const name = `${use} ${encodeHex(bytes)}`;
    if (!seen.has(name)) seen.set(name, { use, bytes: bytes.slice() });
  }

  const engine: Engine = {
    ...bindMethods(under),
    name: under.name,
    hkdf(hash, options) {
      note('ikm', options.ikm);
      if (encodeHex(options.info.subarray(0, 8)) === wrapInfo) {
        epochKeys.set(encodeHex(options.ikm), options.ikm.slice());
      }
      return under.hkdf(hash, options);
    },
    async sealAesGcm(options) {
      note('aes', options.key);
      return await under.sealAesGcm(options);
    },
    async openAesGcm(options) {
      note('aes', options.key);
      const plaintext = await under.openAesGcm(options);
      if (plaintext.length === 32) note('opened', plaintext);
      return plaintext;
    },
    createAesGcm(key) {
      note('aes', key);
      return under.createAesGcm(key);
    },
    async signEd25519(seed, message) {
      note('signing', seed);
      return await under.signEd25519(seed, message);
    },
    async hpkeSeal(options) {
      recipients.push(options.publicKey.slice());
      if (options.plaintext.length === 32) note('drawn', options.plaintext);
      return await under.hpkeSeal(options);
    },
    async hpkeOpen(options) {
      note('hpke', options.seed);
      const opened = await under.hpkeOpen(options);
      if (opened.length === 32) note('opened', opened);
      return opened;
    },
  };

  return {
    engine,
    tap: {
      secrets: (use) =>
        [...seen.values()]
          .filter((secret) => use === undefined || secret.use === use)
          .map(({ bytes }) => bytes),
      recipients: () => [...recipients],
      epochKeys: () => [...epochKeys.values()],
      aesKeys: () => [...seen.values()].filter(({ use }) => use === 'aes').map(({ bytes }) => bytes),
      clear() {
        seen.clear();
        recipients.length = 0;
        epochKeys.clear();
      },
    },
  };
}

/** Methods of classes are not own properties, and some use `this`: bind each to the engine it belongs to. */
function bindMethods(under: Engine): Engine {
  const bound: Record<string, unknown> = {};
  let from: object | null = under;
  while (from !== null && from !== Object.prototype) {
    for (const name of Object.getOwnPropertyNames(from)) {
      const value = (under as unknown as Record<string, unknown>)[name];
      if (name !== 'constructor' && typeof value === 'function' && !(name in bound))
        bound[name] = value.bind(under);
    }
    from = Object.getPrototypeOf(from) as object | null;
  }
  return bound as unknown as Engine;
}
