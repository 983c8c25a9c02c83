import { encodeHex } from '@strongroom/core';
import type { LineReference } from '../device/device.ts';
import type { Appended } from './chain-book.ts';

/** Where an appended entry lies. */
export function toLineReference(appended: Appended): LineReference {
  return {
    ledger: appended.ledger,
    index: appended.index,
    hash: encodeHex(appended.leafHash),
    atMs: appended.decoded.atMs,
  };
}
