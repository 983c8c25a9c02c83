/**
 * How the root names the pages of one tree (docs/spec/warden.md section 3): for each, ascending by number,
 * `u64 page ‖ u16 seeds ‖ commitment (32) ‖ file (16) ‖ key (32)`. Enough to start without reading one of them.
 */
import {
  IntegrityError,
  concatBytes,
  decodeHex,
  decodeU16,
  decodeU64,
  encodeHex,
  encodeU16,
  encodeU64,
  isBytes,
} from '@strongroom/core';
import type { CborValue, StoredPage } from '@strongroom/core';
import type { PageKey } from '../storage/sealed-state.ts';

const rowBytes = 90;
const keyOffset = 58;
const namePrefix = 'page-';

/** A page as the root names it. `row` is how it stands there; the key is a view of it, so that whoever overwrites the key overwrites both. */
export type TreePage = StoredPage & PageKey & { readonly row: Uint8Array };

/** A page as the root is to name it. The key moves: the one given is overwritten. */
export function createTreePage({ page, count, commitment }: StoredPage, { name, key }: PageKey): TreePage {
  const file = decodeHex(name.slice(namePrefix.length));
  const row = concatBytes(encodeU64(page), encodeU16(count), commitment, file, key);
  key.fill(0);
  return readRow(row, name);
}

/** The bytes hold keys: the caller overwrites them. */
export function encodePageTable(pages: readonly TreePage[]): Uint8Array {
  const bytes = new Uint8Array(pages.length * rowBytes);
  for (const [place, { row }] of pages.entries()) bytes.set(row, place * rowBytes);
  return bytes;
}

/** Overwrites the bytes. @throws IntegrityError WARDEN_STATE_CORRUPT */
export function decodePageTable(value: CborValue | undefined): TreePage[] {
  if (!isBytes(value) || value.length % rowBytes !== 0) throw corrupt();
  const pages: TreePage[] = [];
  for (let at = 0; at < value.length; at += rowBytes) {
    const page = readRow(value.slice(at, at + rowBytes));
    if (page.page <= (pages.at(-1)?.page ?? 0)) throw corrupt();
    pages.push(page);
  }
  value.fill(0);
  return pages;
}

function readRow(row: Uint8Array, name = `${namePrefix}${encodeHex(row.subarray(42, keyOffset))}`): TreePage {
  return {
    page: decodeU64(row, 0),
    count: decodeU16(row, 8),
    commitment: row.subarray(10, 42),
    name,
    key: row.subarray(keyOffset),
    row,
  };
}

/** The pages of a root of format 1, which says of each but number, file and key. @throws IntegrityError WARDEN_STATE_CORRUPT */
export function decodeBarePages(value: CborValue | undefined): (PageKey & { readonly page: number })[] {
  if (!Array.isArray(value)) throw corrupt();
  return value.map((row: CborValue) => {
    const [page, name, key] = Array.isArray(row) ? row : [];
    if (typeof page !== 'number' || typeof name !== 'string' || !isBytes(key)) throw corrupt();
    return { page, name, key };
  });
}

function corrupt(): IntegrityError {
  return new IntegrityError('WARDEN_STATE_CORRUPT', { file: 'root' });
}
