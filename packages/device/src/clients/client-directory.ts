/** The clients of this device in memory: listed in parts, searched. Invariant: a name is here only while its room's key is in hand. */
import { findGrant } from '@strongroom/authority';
import type { Room } from '@strongroom/authority';
import { officeId } from '@strongroom/core';
import type { RoomId, VaultId } from '@strongroom/core';
import type { DeviceContext } from '../device/context.ts';
import type { ClientPart, ClientRow, ClientSearchResult } from '../device/device.ts';
import { readStaffNames } from '../people/people.ts';
import { topClass } from '../records/verify-version.ts';
import { listClientRooms, toClientRow } from './client-rows.ts';
import { ClientSearch } from './client-search.ts';
import { readProfiles } from './read-profiles.ts';
import type { FoundProfile } from './read-profiles.ts';

/** How a list is asked for. */
export interface ListOptions {
  readonly vault?: VaultId;
  readonly mayAsk: boolean;
  readonly onPart?: (part: ClientPart) => void;
  /** Told when the rest has to wait, and until when. */
  readonly onHeld?: (untilMs: number) => void;
}

const rowsPerPart = 500;
const hourMs = 3_600_000;
/** The hour of the warden's clock may begin a little later. */
const hourMarginMs = 5_000;

export class ClientDirectory {
  readonly #context: DeviceContext;
  readonly #search = new ClientSearch();
  #isComplete = false;
  /** Until then the warden gives this device nothing more: it is not asked, because each refusal is a line. */
  #heldUntilMs = 0;

  constructor(context: DeviceContext) {
    this.#context = context;
  }

  /** All clients by code. Rows of which something became known are handed to `onPart`, those used last first. */
  async list({ vault, mayAsk, onPart, onHeld }: ListOptions): Promise<ClientRow[]> {
    const { book, env } = this.#context;
    const rows = new Map<RoomId, ClientRow>();
    const vaults = book
      .ledgers()
      .filter((each) => each !== officeId && (vault === undefined || each === vault));
    // After a sync, a room that was not seen whole is one that the server no longer shows us.
    const rooms = new Map(
      vaults.map(
        (each) =>
          [
            each,
            listClientRooms(this.#context, each).filter(({ id }) => !mayAsk || book.isFresh(each, id)),
          ] as const,
      ),
    );
    const totalCount = [...rooms.values()].reduce((sum, each) => sum + each.length, 0);
    const done = new Set<RoomId>();
    const give = (part: readonly ClientRow[]): void => {
      for (const row of part) {
        rows.set(row.room, row);
        done.add(row.room);
      }
      if (onPart === undefined) return;
      const inOrder = part.toSorted(byUse);
      for (let start = 0; start < inOrder.length; start += rowsPerPart)
        onPart({ rows: inOrder.slice(start, start + rowsPerPart), doneCount: done.size, totalCount });
    };
    for (const [each, all] of rooms) {
      const byId = new Map(all.map((room) => [room.id, room]));
      const toRow = (room: Room, found?: FoundProfile): ClientRow =>
        toClientRow(this.#context, each, room, found);
      const found = await readProfiles(this.#context, {
        vault: each,
        rooms: all,
        mayAsk: mayAsk && env.clock.nowMs() >= this.#heldUntilMs,
        onCeiling: () => {
          this.#heldUntilMs = (Math.floor(env.clock.nowMs() / hourMs) + 1) * hourMs + hourMarginMs;
        },
        onProfiles: (fresh) =>
          give(
            [...fresh].flatMap(([id, profile]) => {
              const room = byId.get(id);
              return room === undefined ? [] : [toRow(room, profile)];
            }),
          ),
      });
      give(all.filter(({ id }) => !found.has(id)).map((room) => toRow(room)));
    }
    await this.#takeUp([...rows.values()], vault, mayAsk);
    if (mayAsk && env.clock.nowMs() < this.#heldUntilMs) onHeld?.(this.#heldUntilMs);
    return [...rows.values()].sort((left, right) => (left.code < right.code ? -1 : 1));
  }

  /** Searches what is decrypted. What is no longer to be seen is decrypted anew, as far as it may be. */
  async search(query: string, limit: number): Promise<ClientSearchResult> {
    if (this.#search.size === 0) await this.list({ mayAsk: false });
    let found = this.#search.find(query, limit);
    if (!(await this.#areSeen(found.rows))) {
      await this.list({ mayAsk: false });
      found = this.#search.find(query, limit);
    }
    return { ...found, isComplete: this.#isComplete };
  }

  async #takeUp(rows: readonly ClientRow[], vault: VaultId | undefined, mayAsk: boolean): Promise<void> {
    const names = rows.some(({ lead }) => lead !== undefined)
      ? await readStaffNames(this.#context, { mayAsk })
      : new Map<string, string>();
    if (vault === undefined) this.#search.clear();
    else for (const row of this.#search.rows()) if (row.vault === vault) this.#search.remove(row.room);
    for (const row of rows) {
      // The top class is not indexed: its clients are found by their codes.
      const { name: _name, lead: _lead, ...bare } = row;
      const shown: ClientRow = row.class < topClass ? row : { ...bare, aliases: [], countries: [] };
      this.#search.set(shown, shown.lead === undefined ? undefined : names.get(shown.lead));
    }
    if (vault === undefined)
      this.#isComplete = rows.every((row) => row.name !== undefined || row.class >= topClass);
  }

  /** Whether this person may still see these rows, and their keys are in hand. */
  async #areSeen(rows: readonly ClientRow[]): Promise<boolean> {
    const { book, cards, person } = this.#context;
    for (const [vault, ofVault] of Map.groupBy(rows, (row) => row.vault)) {
      const states = book.states(vault);
      const moment = book.moment(vault);
      if (ofVault.some(({ room }) => findGrant(states, room, person, moment) === undefined)) return false;
    }
    return await cards.areOpen(rows.filter(({ name }) => name !== undefined).map(({ room }) => room));
  }
}

function byUse(left: ClientRow, right: ClientRow): number {
  return (right.lastActivityAtMs ?? 0) - (left.lastActivityAtMs ?? 0) || (left.code < right.code ? -1 : 1);
}
