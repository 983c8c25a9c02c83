/** Entry bundles (C2SP tlog-tiles): up to 256 entries, each with a big-endian 16-bit length before it. */
import { isBytes } from '@strongroom/core';
import { entryBytesMax, tileWidthMax } from './limits.ts';
import { invalidInput, limitExceeded, malformed } from './refusals.ts';

/** @throws LimitError LIMIT_EXCEEDED for an entry over 65,535 bytes; InputError INPUT_INVALID for one that is no byte string */
export function assertEntry(entry: Uint8Array): void {
  if (!isBytes(entry)) throw invalidInput('entry');
  if (entry.length > entryBytesMax) throw limitExceeded('entryBytesMax', entryBytesMax);
}

/**
 * The bundle of 1 to 256 entries.
 * @throws InputError INPUT_INVALID; LimitError LIMIT_EXCEEDED
 */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length < 1 || entries.length > tileWidthMax) throw invalidInput('entries');
  let length = 0;
  for (const entry of entries) {
    assertEntry(entry);
    length += 2 + entry.length;
  }
  const bundle = new Uint8Array(length);
  let offset = 0;
  for (const entry of entries) {
    bundle[offset] = entry.length >> 8;
    bundle[offset + 1] = entry.length & 0xff;
    bundle.set(entry, offset + 2);
    offset += 2 + entry.length;
  }
  return bundle;
}

/**
 * The entries of a bundle, 1 to 256 of them, copied. Nothing may be left over.
 * @throws InputError FORMAT_INVALID
 */
export function decodeEntryBundle(bundle: Uint8Array): Uint8Array[] {
  if (!isBytes(bundle)) throw invalidInput('bundle');
  const entries: Uint8Array[] = [];
  let offset = 0;
  while (offset < bundle.length) {
    if (entries.length === tileWidthMax) throw malformed('entry-bundle', 'too-many');
    if (offset + 2 > bundle.length) throw malformed('entry-bundle', 'short');
    const end = offset + 2 + (bundle[offset] as number) * 256 + (bundle[offset + 1] as number);
    if (end > bundle.length) throw malformed('entry-bundle', 'short');
    entries.push(bundle.slice(offset + 2, end));
    offset = end;
  }
  if (entries.length === 0) throw malformed('entry-bundle', 'empty');
  return entries;
}
