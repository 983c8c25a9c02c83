/** The first thing in a database that is not what its entries say. */
import { StrongroomError } from '@strongroom/core';

/** Where it lies. */
export interface Difference {
  /** Table, or `database` for a file that SQLite itself finds damaged. */
  readonly table: string;
  /** Column, or what is missing or too much. */
  readonly what: string;
  /** The row, by its key. */
  readonly row: string;
  /** The first line of the ledger that it concerns. */
  readonly line?: number;
}

/** Ends the check of one ledger. Never leaves this folder. */
export class DifferenceFound extends StrongroomError {
  readonly difference: Difference;

  constructor(difference: Difference) {
    super('INTERNAL_ERROR');
    this.difference = difference;
  }
}

/** @throws DifferenceFound unless both are the same */
export function assertSame(
  found: unknown,
  expected: unknown,
  where: { readonly table: string; readonly what: string; readonly row: string; readonly line?: number },
): void {
  const isSame =
    found instanceof Uint8Array && expected instanceof Uint8Array
      ? Buffer.compare(found, expected) === 0
      : found === expected;
  if (!isSame) throw new DifferenceFound(where);
}
