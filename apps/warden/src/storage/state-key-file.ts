/**
 * The state key: the one secret whose erasing erases what was punctured (docs/spec/warden.md section 3). It is a file
 * of two preallocated 4 KiB sectors: "SRK1" ‖ u64 generation ‖ key (32) ‖ SHA-256 of these (32) ‖ random. Invariant: after
 * `replace` has answered, the older key is on no sector; after a crash inside, one of the two is readable.
 */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  IntegrityError,
  compareBytes,
  concatBytes,
  decodeU64,
  encodeU64,
  encodeUtf8,
  wipeBytes,
} from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import type { StateKeyLevel } from '../protocol/messages.ts';
import { onDisk, syncDirectory, writeFully } from './durable-files.ts';

/** A state key with the generation of the state it opens. */
export type StateKey = { readonly generation: number; readonly key: Uint8Array };

/** Called between the steps of a replacement. */
export type ReplaceSteps = {
  readonly afterNewKey: () => Promise<void>;
  readonly afterOldKeyWipe: () => Promise<void>;
};

/** Where the state key lives: a file, alone or with parts elsewhere (`level/`). */
export interface StateKeyStore {
  readonly level: StateKeyLevel;
  /** The newest key, undefined in a new store. An older one that was still there is wiped before this answers. */
  read(): Promise<StateKey | undefined>;
  /** What seals the root of a key's generation: the key itself where there are no further parts. */
  sealingKey(key: StateKey): Uint8Array;
  /** Puts a key in the older one's place; when this answers, the older one is gone. */
  replace(key: StateKey, steps: ReplaceSteps): Promise<void>;
  close(): Promise<void>;
}

const sectorBytes = 4096;

/** What a sector begins with, and how long the secret in it is. */
export type SectorFormat = { readonly magic: string; readonly keyBytes: number };

const stateKeyFormat: SectorFormat = { magic: 'SRK1', keyBytes: 32 };

/** Opens or makes the file. @throws DependencyError WARDEN_STORAGE_FAILED; IntegrityError WARDEN_STATE_CORRUPT for another length */
export async function openStateKeyFile(
  engine: Pick<Engine, 'sha256' | 'randomBytes'>,
  path: string,
  format: SectorFormat = stateKeyFormat,
): Promise<StateKeyStore> {
  return await onDisk('state-key.open', async () => {
    const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      const { size } = await file.stat();
      if (size > 2 * sectorBytes) throw new IntegrityError('WARDEN_STATE_CORRUPT', { file: 'state-key' });
      if (size < 2 * sectorBytes) {
        // A file that was never completed: no key was acknowledged from it.
        await writeFully(file, engine.randomBytes(2 * sectorBytes), 0);
        await file.sync();
        await syncDirectory(dirname(path));
      }
      return new StateKeyFile(engine, file, format);
    } catch (error) {
      await file.close();
      throw error;
    }
  });
}

class StateKeyFile implements StateKeyStore {
  readonly level: StateKeyLevel = 'L0';
  readonly #engine: Pick<Engine, 'sha256' | 'randomBytes'>;
  readonly #file: FileHandle;
  readonly #magic: Uint8Array;
  readonly #bodyBytes: number;
  /** Sector of the newest key. */
  #current: 0 | 1 = 1;

  constructor(
    engine: Pick<Engine, 'sha256' | 'randomBytes'>,
    file: FileHandle,
    { magic, keyBytes }: SectorFormat,
  ) {
    this.#engine = engine;
    this.#file = file;
    this.#magic = encodeUtf8(magic);
    this.#bodyBytes = this.#magic.length + 8 + keyBytes;
  }

  async read(): Promise<StateKey | undefined> {
    return await onDisk('state-key.read', async () => {
      const first = await this.#readSector(0);
      const second = await this.#readSector(1);
      if (first === undefined && second === undefined) return undefined;
      this.#current = (first?.generation ?? -1) > (second?.generation ?? -1) ? 0 : 1;
      const [newest, older] = this.#current === 0 ? [first, second] : [second, first];
      if (older !== undefined) {
        wipeBytes(older.key);
        await this.#wipeSector(this.#current === 0 ? 1 : 0);
      }
      return newest;
    });
  }

  sealingKey({ key }: StateKey): Uint8Array {
    return key;
  }

  async replace({ generation, key }: StateKey, steps: ReplaceSteps): Promise<void> {
    await onDisk('state-key.replace', async () => {
      const old = this.#current;
      const next = old === 0 ? 1 : 0;
      const body = concatBytes(this.#magic, encodeU64(generation), key);
      const sector = concatBytes(body, this.#engine.sha256(body));
      const fill = this.#engine.randomBytes(sectorBytes - sector.length);
      const whole = concatBytes(sector, fill);
      await writeFully(this.#file, whole, next * sectorBytes);
      await this.#file.datasync();
      wipeBytes(body, sector, whole);
      await steps.afterNewKey();
      await this.#wipeSector(old);
      this.#current = next;
      await steps.afterOldKeyWipe();
    });
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #wipeSector(sector: 0 | 1): Promise<void> {
    await writeFully(this.#file, this.#engine.randomBytes(sectorBytes), sector * sectorBytes);
    await this.#file.datasync();
  }

  async #readSector(sector: 0 | 1): Promise<StateKey | undefined> {
    const bytes = new Uint8Array(sectorBytes);
    await this.#file.read(bytes, 0, sectorBytes, sector * sectorBytes);
    const [magic, end] = [this.#magic, this.#bodyBytes];
    const body = bytes.subarray(0, end);
    if (compareBytes(body.subarray(0, magic.length), magic) !== 0) return undefined;
    if (compareBytes(this.#engine.sha256(body), bytes.subarray(end, end + 32)) !== 0) return undefined;
    const found = { generation: decodeU64(body, magic.length), key: body.slice(magic.length + 8) };
    bytes.fill(0);
    return found;
  }
}
