/**
 * What a warden reads in after a restore, to the byte: fixed in its tables by whoever began the restore with the owner's kit, so that
 * nothing a server says of old entries is believed (docs/spec/warden.md section 12).
 */
import type { RoomRestored } from '@strongroom/authority';
import type { CborValue } from '@strongroom/core';

/** What a room had been restricted to since: the warden says so as soon as the ledger has been read in. */
export type PlannedRoom = Pick<RoomRestored, 'c' | 'class' | 'isFrozen' | 'grants' | 'hold' | 'stopped'>;

/** One ledger as it is restored. */
export type PlannedLedger = {
  readonly size: number;
  readonly root: Uint8Array;
  /** Entries that are void. */
  readonly voids: ReadonlySet<number>;
  readonly rooms: readonly PlannedRoom[];
};

/** A restore. */
export type RestorePlan = {
  /** SHA-256 of the body of the statement that ends it. */
  readonly statement: Uint8Array;
  readonly ledgers: ReadonlyMap<string, PlannedLedger>;
};

type Row = [string, number, Uint8Array, number[], CborValue[]];

export function encodePlan({ statement, ledgers }: RestorePlan): CborValue {
  const rows = [...ledgers].map(([id, { size, root, voids, rooms }]): Row => [
    id,
    size,
    root,
    [...voids],
    rooms as unknown as CborValue[],
  ]);
  return [statement, rows];
}

export function decodePlan(value: CborValue): RestorePlan {
  const [statement, rows] = value as unknown as [Uint8Array, Row[]];
  const ledgers = rows.map(([id, size, root, voids, rooms]): [string, PlannedLedger] => [
    id,
    { size, root, voids: new Set(voids), rooms: rooms as unknown as PlannedRoom[] },
  ]);
  return { statement, ledgers: new Map(ledgers) };
}
