import { createRadixText } from './radix-text.ts';

const base32 = createRadixText({ name: 'base32', alphabet: 'abcdefghijklmnopqrstuvwxyz234567', bits: 5 });

/** base32 of RFC 4648 section 6 in lower case, without padding. */
export function encodeBase32(bytes: Uint8Array): string {
  return base32.encode(bytes);
}

/** Strict: lower case, no padding, no stray bits. @throws InputError ENCODING_INVALID */
export function decodeBase32(text: string): Uint8Array {
  return base32.decode(text);
}
