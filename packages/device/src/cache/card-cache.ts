/**
 * Opened cards of a room, kept sealed so that a list costs a release only for what is new. Top class is never kept; what is destroyed
 * or no longer readable is purged at the next sync. Against somebody who holds the unlocked device this is a courtesy.
 */
import { decodeCbor, encodeCbor } from '@strongroom/core';
import type { CborValue, RecordId, RoomId } from '@strongroom/core';
import type { SealedStore } from '../storage/sealed-store.ts';

/** A card by record and version. */
export interface CachedCard {
  readonly record: RecordId;
  readonly version: number;
  readonly content: CborValue;
}

const sizeBytesMax = 2 ** 30;

export class CardCache {
  readonly #store: SealedStore;
  readonly #rooms = new Map<RoomId, Map<string, CachedCard>>();

  constructor(store: SealedStore) {
    this.#store = store;
  }

  async find(room: RoomId, record: RecordId, version: number): Promise<CborValue | undefined> {
    return (await this.#cardsOf(room)).get(`${record}/${version}`)?.content;
  }

  async add(room: RoomId, cards: readonly CachedCard[]): Promise<void> {
    if (cards.length === 0) return;
    const held = await this.#cardsOf(room);
    for (const card of cards) held.set(`${card.record}/${card.version}`, card);
    await this.#write(room, held);
  }

  /** Keeps only what `isReadable` says; answers how many cards went. */
  async purge(room: RoomId, isReadable: (card: CachedCard) => boolean): Promise<number> {
    const held = await this.#cardsOf(room);
    const before = held.size;
    for (const [key, card] of held) if (!isReadable(card)) held.delete(key);
    if (held.size !== before) await this.#write(room, held);
    return before - held.size;
  }

  /** Rooms of which something is kept. */
  async rooms(): Promise<RoomId[]> {
    return (await this.#store.list('cards/')).map((name) => name.slice('cards/'.length) as RoomId);
  }

  async #cardsOf(room: RoomId): Promise<Map<string, CachedCard>> {
    let held = this.#rooms.get(room);
    if (held === undefined) {
      held = new Map();
      const bytes = await this.#store.readBytes(`cards/${room}`);
      if (bytes !== undefined) {
        for (const row of decodeCbor(bytes, { sizeBytesMax }) as unknown as [RecordId, number, CborValue][]) {
          held.set(`${row[0]}/${row[1]}`, { record: row[0], version: row[1], content: row[2] });
        }
      }
      this.#rooms.set(room, held);
    }
    return held;
  }

  async #write(room: RoomId, held: ReadonlyMap<string, CachedCard>): Promise<void> {
    if (held.size === 0) {
      await this.#store.remove(`cards/${room}`);
      return;
    }
    const value: CborValue = [...held.values()].map(({ record, version, content }) => [
      record,
      version,
      content,
    ]);
    await this.#store.writeBytes(`cards/${room}`, encodeCbor(value, { sizeBytesMax }));
  }
}
