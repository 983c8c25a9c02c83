/**
 * What an import noted before it sent anything: for each row the ids of the room and of the profile that it makes. An import that was
 * killed goes on with the same ids, which the ledger takes once. It is found again by its rows, whose hash lies sealed.
 */
import { encodeCbor, encodeHex, isBytes, newId } from '@strongroom/core';
import type { CborValue, Engine, RecordId, RoomId, VaultId } from '@strongroom/core';
import type { SealedStore } from '../storage/sealed-store.ts';
import type { NotedClient } from './create-client.ts';

const folder = 'import/';
const idBytes = 16;
const sizeBytesMax = 2 ** 28;

export class ImportJournal {
  readonly #engine: Engine;
  readonly #store: SealedStore;
  readonly #id: string;

  private constructor(engine: Engine, store: SealedStore, id: string) {
    this.#engine = engine;
    this.#store = store;
    this.#id = id;
  }

  /** The journal of these rows: the one that was begun for them, or a new one. */
  static async open(
    parts: { readonly engine: Engine; readonly store: SealedStore },
    vault: VaultId,
    rows: readonly CborValue[],
  ): Promise<ImportJournal> {
    const { engine, store } = parts;
    const hash = engine.sha256(encodeCbor([vault, ...rows], { sizeBytesMax }));
    const begun = (await store.list(folder)).filter((name) => name.endsWith('/rows'));
    for (const name of begun) {
      const known = await store.read(name);
      if (isBytes(known) && encodeHex(known) === encodeHex(hash))
        return new ImportJournal(engine, store, name.slice(folder.length, -'/rows'.length));
    }
    const id = encodeHex(engine.randomBytes(idBytes));
    await store.write(`${folder}${id}/rows`, hash);
    return new ImportJournal(engine, store, id);
  }

  /** The ids of a chunk of rows, noted before they are answered. */
  async note(chunk: number, count: number): Promise<readonly NotedClient[]> {
    const name = `${folder}${this.#id}/${String(chunk).padStart(6, '0')}`;
    const known = (await this.#store.read(name)) as readonly [RoomId, RecordId][] | undefined;
    if (known !== undefined) return known.map(([room, record]) => ({ room, record }));
    const noted = Array.from({ length: count }, () => ({
      room: newId(this.#engine, 'rom'),
      record: newId(this.#engine, 'rec'),
    }));
    await this.#store.write(
      name,
      noted.map(({ room, record }) => [room, record]),
    );
    return noted;
  }

  /** Every row is there: the same rows given again are another import. */
  async remove(): Promise<void> {
    for (const name of await this.#store.list(`${folder}${this.#id}/`)) await this.#store.remove(name);
  }
}
