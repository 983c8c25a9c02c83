/** The clients of this device in memory: listed in parts, searched. Invariant: a name is here only while its room's key is in hand. */
import { findGrant } from '@strongroom/authority';
import type { Room } from '@strongroom/authority';
import { officeId } from '@strongroom/core';
import type { RoomId, VaultId } from '@strongroom/core';
import type { DeviceContext } from '../device/context.ts';
import type { ClientPart, ClientRow, ClientSearchResult } from '../device/device.ts';
import { readStaffNames } from '../people/people.ts';
import { topClass } from '../records/verify-version.ts';
import { listClientRooms, rowsOf, toClientRow } from './client-rows.ts';
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

/** Under what all rows that are searched were to be seen. */
interface Seen {
  readonly chains: number;
  readonly keys: number;
  /** The first of their keys, or of this person's grants, ends then. */
  readonly untilMs: number;
}

const rowsPerPart = 500;
const hourMs = 3_600_000;
/** The hour of the warden's clock may begin a little later. */
const hourMarginMs = 5_000;

export class ClientDirectory {
  readonly #context: DeviceContext;
  readonly #search = new ClientSearch();
  #seen: Seen | undefined;
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
      const toRows = (
        these: readonly (readonly [room: Room, found: FoundProfile | undefined])[],
      ): ClientRow[] => {
        const of = rowsOf(this.#context, each);
        return these.map(([room, profile]) => toClientRow(this.#context, of, room, profile));
      };
      const found = await readProfiles(this.#context, {
        vault: each,
        rooms: all,
        mayAsk: mayAsk && env.clock.nowMs() >= this.#heldUntilMs,
        onCeiling: () => {
          this.#heldUntilMs = (Math.floor(env.clock.nowMs() / hourMs) + 1) * hourMs + hourMarginMs;
        },
        onProfiles: (fresh) =>
          give(
            toRows(
              [...fresh].flatMap(([id, profile]) => {
                const room = byId.get(id);
                return room === undefined ? [] : [[room, profile] as const];
              }),
            ),
          ),
      });
      give(toRows(all.filter(({ id }) => !found.has(id)).map((room) => [room, undefined])));
    }
    await this.#takeUp([...rows.values()], vault, mayAsk);
    if (mayAsk && env.clock.nowMs() < this.#heldUntilMs) onHeld?.(this.#heldUntilMs);
    return [...rows.values()].sort((left, right) => (left.code < right.code ? -1 : 1));
  }

  /** Searches what is decrypted. What is no longer to be seen is decrypted anew, as far as it may be. */
  async search(query: string, limit: number): Promise<ClientSearchResult> {
    if (this.#search.size === 0) await this.list({ mayAsk: false });
    if (!this.#isSeenStill()) await this.#look();
    return { ...this.#search.find(query, limit), isComplete: this.#isComplete };
  }

  async #takeUp(rows: readonly ClientRow[], vault: VaultId | undefined, mayAsk: boolean): Promise<void> {
    const names = rows.some(({ lead }) => lead !== undefined)
      ? await readStaffNames(this.#context, { mayAsk })
      : new Map<string, string>();
    this.#seen = undefined;
    const rooms = new Set(rows.map(({ room }) => room));
    for (const row of this.#search.rows())
      if ((vault === undefined || row.vault === vault) && !rooms.has(row.room)) this.#search.remove(row.room);
    for (const row of rows) {
      const shown = row.class < topClass ? row : bareRow(row);
      this.#search.set(shown, shown.lead === undefined ? undefined : names.get(shown.lead));
    }
    if (vault === undefined)
      this.#isComplete = rows.every((row) => row.name !== undefined || row.class >= topClass);
  }

  /** Whether nothing has happened since all rows were looked at that could take one away: an entry, a key, the time. */
  #isSeenStill(): boolean {
    const { book, cards, env } = this.#context;
    const seen = this.#seen;
    return (
      seen !== undefined &&
      seen.chains === book.changes &&
      seen.keys === cards.changes &&
      env.clock.nowMs() < seen.untilMs
    );
  }

  /** Whether this person may still see every row that is searched, and its key is in hand. */
  async #areSeen(): Promise<boolean> {
    const { book, cards, person } = this.#context;
    const rows = this.#search.rows();
    for (const [vault, ofVault] of Map.groupBy(rows, (row) => row.vault)) {
      const states = book.states(vault);
      const moment = book.moment(vault);
      if (ofVault.some(({ room }) => findGrant(states, room, person, moment) === undefined)) return false;
    }
    return await cards.areOpen(rows.filter(({ name }) => name !== undefined).map(({ room }) => room));
  }

  /** Looks at all rows, and notes under what. What happens meanwhile is looked at by the next search. */
  async #look(): Promise<void> {
    const { book, cards, person } = this.#context;
    const under = { chains: book.changes, keys: cards.changes };
    if (!(await this.#areSeen())) await this.list({ mayAsk: false });
    let untilMs = await cards.firstEndMs();
    for (const { vault, room } of this.#search.rows()) {
      const endsAt = book.rooms(vault).rooms.get(room)?.grants.get(person)?.endsAt;
      if (endsAt !== undefined && endsAt < untilMs) untilMs = endsAt;
    }
    this.#seen = { ...under, untilMs };
  }
}

/** The top class is not indexed: its clients are found by their codes. */
function bareRow({ name: _name, lead: _lead, ...bare }: ClientRow): ClientRow {
  return { ...bare, aliases: [], countries: [] };
}

function byUse(left: ClientRow, right: ClientRow): number {
  return (right.lastActivityAtMs ?? 0) - (left.lastActivityAtMs ?? 0) || (left.code < right.code ? -1 : 1);
}
