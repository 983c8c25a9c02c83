/**
 * The list of clients as pages were told it: every row with the number of the change that brought it, so that whoever holds an earlier
 * list is told what differs and nothing else. Spec: docs/spec/web.md section 4.
 */
import type { RoomId } from '@strongroom/core';
import type { ClientRow } from '@strongroom/device';
import type { ClientChanges } from '../../keys/contract.ts';

interface Told {
  readonly row: ClientRow;
  readonly place: number;
  /** The change that brought this row as it is. */
  readonly change: number;
}

/** Part of `ClientChanges` that this list knows. */
export type ToldChanges = Omit<ClientChanges, 'isWhole'>;

export class ToldClients {
  /** Names this list. */
  readonly id: string;
  #change = 0;
  /** Rows to come, as far as that is known. */
  #expectedCount = 0;
  readonly #rows = new Map<RoomId, Told>();
  /** Rooms that are gone, with the change that took them; each keeps its place, should it come back. */
  readonly #gone = new Map<RoomId, Pick<Told, 'place' | 'change'>>();
  #namedCount = 0;
  #placeCount = 0;

  constructor(id: string) {
    this.id = id;
  }

  /** The newest change. */
  get change(): number {
    return this.#change;
  }

  /** All rows as they were told. */
  rows(): ClientRow[] {
    return [...this.#rows.values()].map(({ row }) => row);
  }

  /** Where a room stands in what pages hold; undefined for one that they do not know. */
  placeOf(room: RoomId): number | undefined {
    return this.#rows.get(room)?.place;
  }

  /** Takes rows as they become known, which never take a name away. Answers what differs; undefined where nothing does. */
  takePart(rows: readonly ClientRow[], totalCount: number): ToldChanges | undefined {
    const from = this.#change;
    this.#expectedCount = totalCount;
    this.#take(
      rows.filter((row) => row.name !== undefined || this.#rows.get(row.room)?.row.name === undefined),
    );
    return this.#change === from ? undefined : this.since(from);
  }

  /** Takes the whole list: what is not in it is gone. */
  takeAll(rows: readonly ClientRow[]): void {
    this.#expectedCount = rows.length;
    const rooms = new Set(rows.map(({ room }) => room));
    const left = [...this.#rows].filter(([room]) => !rooms.has(room));
    if (left.length > 0) this.#change += 1;
    for (const [room, { row, place }] of left) {
      this.#rows.delete(room);
      this.#gone.set(room, { place, change: this.#change });
      if (row.name !== undefined) this.#namedCount -= 1;
    }
    this.#take(rows);
  }

  /** What differs from the list of an earlier change; from 0 all rows. */
  since(change: number): ToldChanges {
    const from = change > this.#change ? 0 : change;
    const rows: ClientRow[] = [];
    const places: number[] = [];
    for (const told of this.#rows.values()) {
      if (told.change <= from) continue;
      rows.push(told.row);
      places.push(told.place);
    }
    const gone = from === 0 ? [] : [...this.#gone].filter(([, each]) => each.change > from);
    return {
      list: this.id,
      from,
      to: this.#change,
      rows,
      places: Uint32Array.from(places),
      gone: Uint32Array.from(gone.map(([, { place }]) => place)),
      namedCount: this.#namedCount,
      totalCount: Math.max(this.#expectedCount, this.#rows.size),
    };
  }

  #take(rows: readonly ClientRow[]): void {
    const change = this.#change + 1;
    for (const row of rows) {
      const known = this.#rows.get(row.room);
      if (known !== undefined && isSameRow(known.row, row)) continue;
      this.#change = change;
      const place = known?.place ?? this.#gone.get(row.room)?.place ?? this.#placeCount++;
      this.#gone.delete(row.room);
      this.#namedCount += Number(row.name !== undefined) - Number(known?.row.name !== undefined);
      this.#rows.set(row.room, { row, place, change });
    }
  }
}

/** Whether two rows say the same. */
export function isSameRow(left: ClientRow, right: ClientRow): boolean {
  const names = Object.keys(left) as (keyof ClientRow)[];
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => {
      const [one, other] = [left[name], right[name]];
      if (one === other) return true;
      return (
        Array.isArray(one) &&
        Array.isArray(other) &&
        one.length === other.length &&
        one.every((each, at) => each === other[at])
      );
    })
  );
}
