/** The hash tiles that the entries make, compared with those of the database; a full one is compared and let go. */
import { hashBytes, tileWidthMax } from '@strongroom/ledger';
import type { TileStore } from '@strongroom/ledger';
import { DifferenceFound } from './difference.ts';

/** Reads a stored tile. */
type ReadStored = (level: number, tile: number) => Uint8Array | undefined;

/** Memory is one open tile a level. */
export class TileComparison implements TileStore {
  readonly #readStored: ReadStored;
  readonly #open = new Map<number, { readonly index: number; readonly bytes: Uint8Array }>();
  #compared = 0;

  constructor(readStored: ReadStored) {
    this.#readStored = readStored;
  }

  readTile(level: number, index: number): Uint8Array | undefined {
    const open = this.#open.get(level);
    return open?.index === index ? open.bytes : undefined;
  }

  writeTile(level: number, index: number, bytes: Uint8Array): void {
    this.#open.set(level, { index, bytes });
    if (bytes.length !== tileWidthMax * hashBytes) return;
    this.#compare(level, index, bytes);
    this.#open.delete(level);
  }

  /** Compares what is still open; answers how many tiles there are. @throws DifferenceFound */
  finish(): number {
    for (const [level, { index, bytes }] of this.#open) this.#compare(level, index, bytes);
    return this.#compared;
  }

  #compare(level: number, index: number, made: Uint8Array): void {
    this.#compared += 1;
    const stored = this.#readStored(level, index);
    const row = `${level}/${index}`;
    const lineAt = (hash: number): number => (index * tileWidthMax + hash) * tileWidthMax ** level;
    if (stored === undefined)
      throw new DifferenceFound({ table: 'tiles', what: 'missing', row, line: lineAt(0) });
    for (let offset = 0; offset < made.length; offset++) {
      if (stored[offset] === made[offset]) continue;
      const line = lineAt(Math.floor(offset / hashBytes));
      throw new DifferenceFound({ table: 'tiles', what: 'hashes', row, line });
    }
    if (stored.length !== made.length)
      throw new DifferenceFound({
        table: 'tiles',
        what: 'length',
        row,
        line: lineAt(made.length / hashBytes),
      });
  }
}
