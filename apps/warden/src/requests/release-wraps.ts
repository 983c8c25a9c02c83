/**
 * Acts on a request whose line is durable: opens the sealed wraps under the contexts that the request itself gives, and seals
 * them to the request's key, bound to request, ledger and index (docs/spec/bytes.md section 9). A wrap of anything else than
 * what the device signed does not open.
 */
import { listHash, requestHash } from '@strongroom/authority';
import type { ListRow as SignedListRow, Request, SignedRequest } from '@strongroom/authority';
import {
  cacheRecordId,
  compareBytes,
  concatBytes,
  createError,
  encodeU64,
  encodeUtf8,
  openSealedWrap,
  wipeBytes,
} from '@strongroom/core';
import type { Engine, LeafKey, SealContext } from '@strongroom/core';
import type { AppendItem } from '../protocol/messages.ts';

const releaseInfo = encodeUtf8('sr1/release/v1');

/** Answers the leaf key of a slot. @throws AccessError SLOT_PUNCTURED */
type FindLeafKey = (slot: number) => LeafKey;

export type ReleaseOptions = {
  readonly signed: SignedRequest;
  readonly item: Pick<AppendItem, 'wraps' | 'rows'>;
  readonly leafKey: FindLeafKey;
  readonly origin: string;
  readonly index: number;
};

/**
 * The sealed answer to a request.
 * @throws AccessError SLOT_PUNCTURED; CryptoError DECRYPT_FAILED for a wrap that is missing or another; InputError
 * REQUEST_INVALID for rows that are not the signed ones; IntegrityError KEY_INVALID
 */
export async function releaseWraps(engine: Engine, options: ReleaseOptions): Promise<Uint8Array> {
  const { signed, item, leafKey } = options;
  const contexts = contextsOf(engine, signed.request, item);
  const sealed = item.wraps ?? [];
  if (sealed.length !== contexts.length) throw createError('REQUEST_INVALID', { reason: 'wraps' });
  const wraps: Uint8Array[] = [];
  for (const [place, context] of contexts.entries()) {
    const key = leafKey(context.slot);
    wraps.push(
      await openSealedWrap(engine, { leafKey: key, context, sealed: sealed[place] ?? new Uint8Array(0) }),
    );
  }
  const plaintext = concatBytes(...wraps);
  const hash = requestHash(engine, signed.bytes);
  const info = concatBytes(releaseInfo, hash, encodeUtf8(options.origin), encodeU64(options.index));
  const aad = new Uint8Array(0);
  try {
    return await engine.hpkeSeal({ publicKey: signed.request.pk, info, aad, plaintext });
  } finally {
    wipeBytes(plaintext, ...wraps);
  }
}

/** The contexts of the wraps that a request asks for, in its order. */
function contextsOf(engine: Engine, request: Request, item: Pick<AppendItem, 'rows'>): SealContext[] {
  const vault = request.l;
  switch (request.k) {
    case 'open':
      return request.parts.map(([room, record, version, part, slot, wrapContextHash]) => {
        return { vault, slot, record, version, part, room, wrapContextHash };
      });
    case 'lease':
      return request.rooms.map(([room, slot, wrapContextHash]) => {
        return { vault, slot, record: cacheRecordId(room), version: 1, part: 'cache', room, wrapContextHash };
      });
    case 'list': {
      const rows = (item.rows ?? []) as readonly SignedListRow[];
      const { room, lo, hi } = request;
      const isSigned =
        rows.length === request.count && compareBytes(listHash(engine, rows), request.hash) === 0;
      if (!isSigned || rows.some(([, , slot]) => slot < lo || slot > hi))
        throw createError('REQUEST_INVALID', { reason: 'rows' });
      return rows.map(([record, version, slot, wrapContextHash]) => {
        return { vault, slot, record, version, part: 'card', room, wrapContextHash };
      });
    }
  }
}
