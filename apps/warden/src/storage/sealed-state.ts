/**
 * The state that forgets: pages sealed each under its own page key, and a root, sealed under the state key, that holds the page
 * keys and the signing keys (docs/spec/warden.md section 3). `commit` replaces pages and root and rotates the state key, in
 * the order that makes a crash at any point leave one whole state. Invariant: when `commit` has answered, what the new
 * root no longer names can be opened by nobody who comes later, with every file in this directory.
 */
import { join } from 'node:path';
import {
  CryptoError,
  DependencyError,
  IntegrityError,
  decodeCbor,
  encodeCbor,
  encodeHex,
  encodeUtf8,
  engineSizes,
  wipeBytes,
} from '@strongroom/core';
import type { CborMap, CborValue } from '@strongroom/core';
import type { NodeEngine } from '@strongroom/core/node';
import { isCborMap } from '../protocol/frames.ts';
import type { FaultPoints } from '../test-control/fault-points.ts';
import type { StartFaultPoint, WardenFaultPoint } from '../warden-fault-points.ts';
import {
  createFiles,
  findFileBytes,
  findFileBytesNow,
  listFiles,
  syncNames,
  wipeFiles,
} from './durable-files.ts';
import type { StateKeyStore } from './state-key-file.ts';

const rootLimits = { sizeBytesMax: 268_435_456, depthMax: 8 } as const;
const pageNamePattern = /^page-[0-9a-f]{32}$/;

/** A page's file name and key, as the root holds them. */
export type PageKey = { readonly name: string; readonly key: Uint8Array };

/** A page that is to be written, under a new name and key from `newPageKey`; its bytes are made when their turn comes, and overwritten before the next page's are made: they may lie in the same room. */
export type NewPage = { readonly page: PageKey; readonly encode: () => Uint8Array };

/** What one commit changes. */
export type StateChange = {
  readonly root: CborMap;
  readonly pages: readonly NewPage[];
  /** Names of pages that the new root does not name any more. */
  readonly gone: readonly string[];
};

export type SealedStateOptions = {
  readonly directory: string;
  readonly engine: NodeEngine;
  readonly keyStore: StateKeyStore;
  readonly faults: FaultPoints<WardenFaultPoint | StartFaultPoint>;
};

export class SealedState {
  readonly #options: SealedStateOptions;
  #generation: number;
  #isBroken = false;

  private constructor(options: SealedStateOptions, generation: number) {
    this.#options = options;
    this.#generation = generation;
  }

  /**
   * Opens the state under the newest state key; `root` is undefined in a new directory.
   * @throws IntegrityError WARDEN_STATE_CORRUPT when a root has no key, or the key no root
   */
  static async open(
    options: SealedStateOptions,
  ): Promise<{ readonly state: SealedState; readonly root: CborMap | undefined }> {
    const { directory, engine, keyStore } = options;
    const newest = await keyStore.read();
    await options.faults.hit('warden.start.after-key');
    const state = new SealedState(options, newest?.generation ?? 0);
    const names = await listFiles(directory);
    if (newest === undefined) {
      // Before the first acknowledged commit there is no key: what lies here was never in use.
      if (names.some((name) => name.startsWith('root-') && name !== rootName(1))) throw corrupt('state-key');
      await wipeFiles(directory, names);
      return { state, root: undefined };
    }
    const bytes = await findFileBytes(join(directory, rootName(newest.generation)));
    if (bytes === undefined) throw corrupt('root');
    const sealingKey = keyStore.sealingKey(newest);
    const plaintext = openSealed(engine, sealingKey, rootName(newest.generation), bytes);
    const root = decodeCbor(plaintext, rootLimits);
    wipeBytes(newest.key, sealingKey, plaintext);
    if (!isCborMap(root)) throw corrupt('root');
    await wipeFiles(
      directory,
      names.filter((name) => name.startsWith('root-') && name !== rootName(newest.generation)),
    );
    await options.faults.hit('warden.start.after-root');
    return { state, root };
  }

  /** Counts commits. */
  get generation(): number {
    return this.#generation;
  }

  /** A name and key for a page that is to be written. */
  newPageKey(): PageKey {
    const { engine } = this.#options;
    return { name: `page-${encodeHex(engine.randomBytes(16))}`, key: engine.randomBytes(engineSizes.aesKey) };
  }

  /** @throws IntegrityError WARDEN_STATE_CORRUPT with the file's name; DependencyError WARDEN_STORAGE_FAILED */
  readPage({ name, key }: PageKey): Uint8Array {
    if (!pageNamePattern.test(name)) throw corrupt('root');
    const bytes = findFileBytesNow(join(this.#options.directory, name));
    if (bytes === undefined) throw corrupt(name);
    return openSealed(this.#options.engine, key, name, bytes);
  }

  /**
   * Removes page files that a crash left behind.
   * @throws IntegrityError WARDEN_STATE_CORRUPT with the name of a page that is not there
   */
  async removeStrayPages(named: ReadonlySet<string>): Promise<void> {
    const names = await listFiles(this.#options.directory);
    const present = new Set(names);
    const missing = [...named].find((name) => !present.has(name));
    if (missing !== undefined) throw corrupt(missing);
    await wipeFiles(
      this.#options.directory,
      names.filter((name) => !name.startsWith('root-') && !named.has(name)),
    );
  }

  /**
   * Replaces the state. After a failure nothing is committed any more: which of the two states the disk holds is found out by
   * opening it again.
   * @throws DependencyError WARDEN_STORAGE_FAILED
   */
  async commit(change: StateChange): Promise<void> {
    if (this.#isBroken)
      throw new DependencyError('WARDEN_STORAGE_FAILED', { step: 'state.commit', reason: 'broken' });
    this.#isBroken = true;
    await this.#commit(change);
    this.#isBroken = false;
  }

  async #commit(change: StateChange): Promise<void> {
    const { directory, engine, keyStore, faults } = this.#options;
    const generation = this.#generation + 1;
    const pages = change.pages.map(({ page: { name, key }, encode }) => {
      return {
        name,
        make: (room?: Uint8Array) => sealAndWipe(engine, { key, name, plaintext: encode(), room }),
      };
    });
    await createFiles(directory, pages);
    await faults.hit('warden.puncture.after-page-write');
    const key = engine.randomBytes(engineSizes.aesKey);
    const name = rootName(generation);
    const sealingKey = keyStore.sealingKey({ generation, key });
    const make = (): Uint8Array => {
      const plaintext = encodeCbor(change.root, rootLimits);
      return sealAndWipe(engine, { key: sealingKey, name, plaintext });
    };
    await createFiles(directory, [{ name, make }]);
    await syncNames(directory);
    await faults.hit('warden.puncture.after-root');
    await keyStore.replace(
      { generation, key },
      {
        afterNewKey: () => faults.hit('warden.puncture.after-new-key'),
        afterOldKeyWipe: () => faults.hit('warden.puncture.after-old-key-wipe'),
      },
    );
    wipeBytes(key, sealingKey);
    const oldRoot = this.#generation === 0 ? [] : [rootName(this.#generation)];
    this.#generation = generation;
    await wipeFiles(directory, [...oldRoot, ...change.gone]);
  }
}

function rootName(generation: number): string {
  return `root-${generation}`;
}

function corrupt(file: string): IntegrityError {
  return new IntegrityError('WARDEN_STATE_CORRUPT', { file });
}

type SealOptions = {
  readonly key: Uint8Array;
  readonly name: string;
  readonly plaintext: Uint8Array;
  /** The answer is a view of its front if it is large enough. */
  readonly room?: Uint8Array | undefined;
};

/** Each key seals one file once; the nonce is random all the same. */
function sealAndWipe(engine: NodeEngine, { key, name, plaintext, room }: SealOptions): Uint8Array {
  const nonce = engine.randomBytes(engineSizes.gcmNonce);
  const size = nonce.length + plaintext.length + engineSizes.gcmTag;
  const sealed = room !== undefined && room.length >= size ? room.subarray(0, size) : new Uint8Array(size);
  sealed.set(nonce);
  const output = sealed.subarray(nonce.length);
  engine.sealAesGcmSync({ key, nonce, aad: fileAad(name), plaintext, output });
  plaintext.fill(0);
  return sealed;
}

function openSealed(engine: NodeEngine, key: Uint8Array, name: string, bytes: Uint8Array): Uint8Array {
  const nonce = bytes.subarray(0, engineSizes.gcmNonce);
  const ciphertext = bytes.subarray(engineSizes.gcmNonce);
  if (ciphertext.length < engineSizes.gcmTag) throw corrupt(name);
  try {
    return engine.openAesGcmSync({ key, nonce, aad: fileAad(name), ciphertext });
  } catch (cause) {
    if (cause instanceof CryptoError)
      throw new IntegrityError('WARDEN_STATE_CORRUPT', { file: name }, { cause });
    throw cause;
  }
}

function fileAad(name: string): Uint8Array {
  return encodeUtf8(`sr1/warden/${name}`);
}

/** Reads a member of a decoded map that is a map. @throws IntegrityError WARDEN_STATE_CORRUPT */
export function readMember(map: CborMap, name: string): CborMap {
  const value: CborValue | undefined = map[name];
  if (!isCborMap(value)) throw corrupt(name);
  return value;
}
