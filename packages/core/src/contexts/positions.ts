/** Positions: where the signer stood in the ledgers (docs/spec/bytes.md section 10). */
import { isBytes } from '../bytes/index.ts';
import type { CborMap, CborValue } from '../cbor/index.ts';
import { InputError } from '../errors/index.ts';
import { readMap } from './read-map.ts';

/** One ledger as last verified. */
export type LedgerPosition = { readonly edition: number; readonly size: number; readonly root: Uint8Array };
/** Office and vault ledger as last verified by the signer; an office entry has no vault position. */
export type Positions = { readonly office: LedgerPosition; readonly vault?: LedgerPosition };

/** The value that stands under `pos`. @throws InputError FORMAT_INVALID */
export function toPositionsValue(positions: Positions): CborMap {
  const office = toPositionValue(positions.office);
  return positions.vault === undefined ? { o: office } : { o: office, v: toPositionValue(positions.vault) };
}

/** @throws InputError FORMAT_INVALID */
export function parsePositions(value: CborMap): Positions {
  const reader = readMap(value, { name: 'pos', required: ['o'], optional: ['v'] });
  const office = parsePosition(reader.list('o', 3));
  return reader.has('v') ? { office, vault: parsePosition(reader.list('v', 3)) } : { office };
}

function toPositionValue(position: LedgerPosition): CborValue {
  const value: readonly CborValue[] = [position.edition, position.size, position.root];
  parsePosition(value);
  return value;
}

function parsePosition(value: readonly CborValue[]): LedgerPosition {
  const [edition, size, root] = value;
  const isRight =
    typeof edition === 'number' &&
    Number.isSafeInteger(edition) &&
    edition >= 0 &&
    typeof size === 'number' &&
    Number.isSafeInteger(size) &&
    size >= 0 &&
    isBytes(root) &&
    root.length === 32;
  if (!isRight) throw new InputError('FORMAT_INVALID', { format: 'pos' });
  return { edition, size, root };
}
