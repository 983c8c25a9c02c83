import { createNativeBase64 } from './native-base64.ts';
import { createRadixText } from './radix-text.ts';

const base64url =
  createNativeBase64('base64url') ??
  createRadixText({
    name: 'base64url',
    alphabet: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
    bits: 6,
  });

/** base64url of RFC 4648 section 5, without padding. */
export function encodeBase64url(bytes: Uint8Array): string {
  return base64url.encode(bytes);
}

/** Strict: no padding, no other alphabet, no stray bits. @throws InputError ENCODING_INVALID */
export function decodeBase64url(text: string): Uint8Array {
  return base64url.decode(text);
}
