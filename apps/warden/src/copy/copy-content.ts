/** What a disaster copy holds, as bytes (docs/spec/warden.md section 13). */
import {
  decodeCbor,
  encodeCbor,
  IntegrityError,
  isBytes,
  StrongroomError,
  wipeBytes,
} from '@strongroom/core';
import type { CborMap, CborValue } from '@strongroom/core';
import { isCborMap } from '../protocol/frames.ts';

const format = 1;
const limits = { sizeBytesMax: 1_073_741_824, depthMax: 16 } as const;

/** A warden at one moment. */
export type CopyContent = {
  readonly madeAtMs: number;
  readonly generation: number;
  /** Records that the tables had. */
  readonly records: number;
  /** The root, with each tree's pages in place of their files and keys. */
  readonly state: CborMap;
  /** Payload of a snapshot. */
  readonly tables: Uint8Array;
};

/** The bytes; those of the trees' pages are overwritten. */
export function encodeCopy({ madeAtMs, generation, records, state, tables }: CopyContent): Uint8Array {
  const bytes = encodeCbor({ v: format, madeAtMs, generation, records, state, tables }, limits);
  const vaults = state['vaults'] as unknown as Readonly<
    Record<string, readonly (readonly [number, Uint8Array])[]>
  >;
  for (const pages of Object.values(vaults)) for (const [, page] of pages) wipeBytes(page);
  return bytes;
}

/** @throws IntegrityError COPY_DAMAGED */
export function decodeCopy(bytes: Uint8Array): CopyContent {
  let value: CborValue;
  try {
    value = decodeCbor(bytes, limits);
  } catch (cause) {
    if (!(cause instanceof StrongroomError)) throw cause;
    throw new IntegrityError('COPY_DAMAGED', { reason: 'content' }, { cause });
  }
  if (isCborMap(value)) {
    const { v, madeAtMs, generation, records, state, tables } = value;
    if (
      v === format &&
      typeof madeAtMs === 'number' &&
      typeof generation === 'number' &&
      typeof records === 'number' &&
      isCborMap(state) &&
      isBytes(tables)
    )
      return { madeAtMs, generation, records, state, tables };
  }
  throw new IntegrityError('COPY_DAMAGED', { reason: 'content' });
}
