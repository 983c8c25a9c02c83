/**
 * The device's own memory, sealed. Everything but the few values that unlocking itself needs is AES-256-GCM under a key that
 * comes from the device file key, the entry's name in the AAD: an entry cannot be read, altered, or put under another name by
 * whoever holds the disk. An older entry put back is not noticed here; what must not go back (heads, versions) is compared
 * with what the ledger proves.
 */
import {
  AccessError,
  concatBytes,
  decodeCbor,
  encodeCbor,
  encodeUtf8,
  IntegrityError,
  StrongroomError,
  wipeBytes,
} from '@strongroom/core';
import type { AesGcm, CborValue, Engine } from '@strongroom/core';
import type { DeviceStorage } from '../environment/index.ts';

/** Sealed values by name. */
export interface SealedStore {
  /** @throws IntegrityError STATE_INVALID if what lies there was not sealed here under this name */
  read(name: string): Promise<CborValue | undefined>;
  write(name: string, value: CborValue): Promise<void>;
  readBytes(name: string): Promise<Uint8Array | undefined>;
  /** Many at once, in the order of their names. @throws IntegrityError STATE_INVALID */
  readManyBytes(names: readonly string[]): Promise<(Uint8Array | undefined)[]>;
  writeBytes(name: string, bytes: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
  list(prefix: string): Promise<string[]>;
  /** Wipes the key; nothing can be read afterwards. */
  close(): void;
}

const nonceBytes = 12;
const folder = 'sealed/';

/** Opens the sealed store of an unlocked device. */
export function openSealedStore(options: {
  readonly engine: Engine;
  readonly storage: DeviceStorage;
  readonly deviceFileKey: Uint8Array;
}): SealedStore {
  const { engine, storage } = options;
  const key = engine.hkdf('sha256', {
    ikm: options.deviceFileKey,
    info: encodeUtf8('sr1/device-file/store'),
    length: 32,
  });

  function aadOf(name: string): Uint8Array {
    return encodeCbor(['stored', name]);
  }

  // One import for all that is read and written: importing a key costs more than using it.
  let aes: AesGcm | undefined = engine.createAesGcm(key);

  function getAes(): AesGcm {
    if (aes === undefined) throw new AccessError('DEVICE_LOCKED');
    return aes;
  }

  async function readBytes(name: string): Promise<Uint8Array | undefined> {
    return await openStored(name, await storage.read(folder + name));
  }

  async function readManyBytes(names: readonly string[]): Promise<(Uint8Array | undefined)[]> {
    if (names.length === 0) return [];
    const keys = names.map((name) => folder + name);
    const stored =
      storage.readMany === undefined
        ? await Promise.all(keys.map(async (each) => await storage.read(each)))
        : await storage.readMany(keys);
    return await Promise.all(names.map(async (name, place) => await openStored(name, stored[place])));
  }

  async function openStored(name: string, stored: Uint8Array | undefined): Promise<Uint8Array | undefined> {
    if (stored === undefined) return undefined;
    if (stored.length < nonceBytes + 16) throw new IntegrityError('STATE_INVALID', { length: stored.length });
    try {
      return await getAes().open({
        nonce: stored.slice(0, nonceBytes),
        aad: aadOf(name),
        ciphertext: stored.slice(nonceBytes),
      });
    } catch (cause) {
      if (cause instanceof StrongroomError && cause.code === 'DECRYPT_FAILED') {
        throw new IntegrityError('STATE_INVALID', {}, { cause });
      }
      throw cause;
    }
  }

  async function writeBytes(name: string, bytes: Uint8Array): Promise<void> {
    const nonce = engine.randomBytes(nonceBytes);
    const sealed = await getAes().seal({ nonce, aad: aadOf(name), plaintext: bytes });
    await storage.write(folder + name, concatBytes(nonce, sealed));
  }

  return {
    readBytes,
    readManyBytes,
    writeBytes,
    async read(name) {
      const bytes = await readBytes(name);
      return bytes === undefined ? undefined : decodeCbor(bytes);
    },
    async write(name, value) {
      await writeBytes(name, encodeCbor(value));
    },
    async remove(name) {
      await storage.remove(folder + name);
    },
    async list(prefix) {
      return (await storage.list(folder + prefix)).map((name) => name.slice(folder.length));
    },
    close() {
      aes = undefined;
      wipeBytes(key);
    },
  };
}
