/** The worker's own memory, sealed under a key that comes from the device file key; the name of a note is authenticated. Spec: docs/spec/web.md section 2. */
import {
  concatBytes,
  decodeCbor,
  encodeBase32,
  encodeCbor,
  encodeUtf8,
  IntegrityError,
  StrongroomError,
  wipeBytes,
} from '@strongroom/core';
import type { CborValue, Engine } from '@strongroom/core';
import type { DeviceStorage } from '@strongroom/device';

/** Sealed notes by name, and ids for texts. */
export interface Notes {
  read(name: string): Promise<CborValue | undefined>;
  write(name: string, value: CborValue): Promise<void>;
  remove(name: string): Promise<void>;
  list(prefix: string): Promise<string[]>;
  /** An id that is the same for the same text, on this device alone. */
  idOf(text: string): string;
  /** Wipes the keys. */
  close(): void;
}

const nonceBytes = 12;
const idBytes = 16;
const folder = 'web/';

/** Opens the notes of an unlocked device. */
export function openNotes(engine: Engine, storage: DeviceStorage, deviceFileKey: Uint8Array): Notes {
  const derive = (info: string): Uint8Array =>
    engine.hkdf('sha256', { ikm: deviceFileKey, info: encodeUtf8(info), length: 32 });
  const key = derive('sr1/device-file/web');
  const idKey = derive('sr1/device-file/web-ids');
  const aadOf = (name: string): Uint8Array => encodeCbor(['web', name]);
  return {
    async read(name) {
      const sealed = await storage.read(folder + name);
      if (sealed === undefined) return undefined;
      try {
        const nonce = sealed.slice(0, nonceBytes);
        const ciphertext = sealed.slice(nonceBytes);
        return decodeCbor(await engine.openAesGcm({ key, nonce, aad: aadOf(name), ciphertext }));
      } catch (cause) {
        if (cause instanceof StrongroomError) throw new IntegrityError('STATE_INVALID', {}, { cause });
        throw cause;
      }
    },
    async write(name, value) {
      const nonce = engine.randomBytes(nonceBytes);
      const plaintext = encodeCbor(value);
      const sealed = await engine.sealAesGcm({ key, nonce, aad: aadOf(name), plaintext });
      await storage.write(folder + name, concatBytes(nonce, sealed));
    },
    async remove(name) {
      await storage.remove(folder + name);
    },
    async list(prefix) {
      return (await storage.list(folder + prefix)).map((name) => name.slice(folder.length));
    },
    idOf: (text) => encodeBase32(engine.hmac('sha256', idKey, encodeUtf8(text)).slice(0, idBytes)),
    close: () => wipeBytes(key, idKey),
  };
}
