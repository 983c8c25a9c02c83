/** Reads the files of a stopped warden as a thief of the whole directory would. */
import { CryptoError, AccessError, PuncturableTree, encodeUtf8, openSealedWrap } from '@strongroom/core';
import type { CborMap } from '@strongroom/core';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodePageTable } from '../../src/state/page-table.ts';
import { SealedState } from '../../src/storage/sealed-state.ts';
import { openStateKeyFile } from '../../src/storage/state-key-file.ts';
import { createIdleFaultPoints } from '../../src/index.ts';
import { engine } from './firm.ts';
import type { Firm, SealedPart } from './firm.ts';

export class StolenHome {
  readonly #tree: PuncturableTree;
  readonly #pages: ReadonlyMap<number, Uint8Array>;
  readonly #keys: readonly Uint8Array[];

  private constructor(
    tree: PuncturableTree,
    pages: ReadonlyMap<number, Uint8Array>,
    keys: readonly Uint8Array[],
  ) {
    this.#tree = tree;
    this.#pages = pages;
    this.#keys = keys;
  }

  static async readHome(home: string, vault: string): Promise<StolenHome> {
    const keyStore = await openStateKeyFile(engine, join(home, 'state-key'));
    const raw = readFileSync(join(home, 'state-key'));
    const stateKeys = [0, 4096]
      .filter((at) => raw.subarray(at, at + 4).toString() === 'SRK1')
      .map((at) => new Uint8Array(raw.subarray(at + 12, at + 44)));
    try {
      const { state, root } = await SealedState.open({
        directory: join(home, 'state'),
        engine,
        keyStore,
        faults: createIdleFaultPoints(),
      });
      const rows = decodePageTable((root!['vaults'] as CborMap)[vault]);
      const pages = new Map(rows.map(({ page, name, key }) => [page, state.readPage({ name, key })]));
      const copies = new Map([...pages].map(([number, bytes]) => [number, bytes.slice()]));
      return new StolenHome(PuncturableTree.load(engine, copies), pages, [
        ...stateKeys,
        ...rows.map(({ key }) => key),
      ]);
    } finally {
      await keyStore.close();
    }
  }

  leafKey(slot: number): Uint8Array {
    return this.#tree.leafKey(slot);
  }

  /** The stored seed above a slot and all that are derived from it on the way down. */
  seedsAbove(slot: number): Uint8Array[] {
    for (const page of this.#pages.values()) {
      for (let at = 14; at < page.length; at += 39) {
        const depth = page[at]!;
        let first = 0;
        for (let index = 1; index <= 6; index++) first = first * 256 + page[at + index]!;
        const size = 2 ** (48 - depth);
        if (slot < first || slot >= first + size) continue;
        const seeds = [page.slice(at + 7, at + 39)];
        for (let level = depth; level < 48; level++) {
          const pair = engine.hmac('sha512', seeds.at(-1)!, encodeUtf8('sr1/ggm/node'));
          const isRight = Math.floor(slot / 2 ** (47 - level)) % 2 === 1;
          seeds.push(isRight ? pair.slice(32) : pair.slice(0, 32));
        }
        return [...seeds, this.#tree.leafKey(slot)];
      }
    }
    throw new Error('no seed');
  }

  /** Keys that the other home does not have. */
  oldKeys(other: StolenHome): Uint8Array[] {
    return this.#keys.filter((key) => !other.#keys.some((kept) => Buffer.compare(kept, key) === 0));
  }
}

export async function wrapOpensWith(home: StolenHome, firm: Firm, part: SealedPart): Promise<boolean> {
  try {
    const { record, slot, hw: wrapContextHash, sealed } = part;
    const context = {
      vault: firm.vault,
      slot,
      record,
      version: 1,
      part: 'card',
      room: firm.room,
      wrapContextHash,
    } as const;
    await openSealedWrap(engine, { leafKey: home.leafKey(slot), context, sealed });
    return true;
  } catch (error) {
    if (error instanceof CryptoError || error instanceof AccessError) return false;
    throw error;
  }
}
