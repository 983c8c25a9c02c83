import { InputError } from '../errors/index.ts';
import { createNativeBase64 } from './native-base64.ts';
import { createRadixText } from './radix-text.ts';

const base64 =
  createNativeBase64('base64') ??
  createRadixText({
    name: 'base64',
    alphabet: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
    bits: 6,
  });

/** base64 of RFC 4648 section 4, with padding, as signed notes use it. */
export function encodeBase64(bytes: Uint8Array): string {
  const text = base64.encode(bytes);
  return text + '='.repeat((4 - (text.length % 4)) % 4);
}

/** Strict: padding required, no other alphabet, no stray bits, no line breaks. @throws InputError ENCODING_INVALID */
export function decodeBase64(text: string): Uint8Array {
  if (typeof text !== 'string' || text.length % 4 !== 0)
    throw new InputError('ENCODING_INVALID', { encoding: 'base64' });
  const body = text.endsWith('==') ? text.slice(0, -2) : text.endsWith('=') ? text.slice(0, -1) : text;
  const bytes = base64.decode(body);
  if (encodeBase64(bytes) !== text) throw new InputError('ENCODING_INVALID', { encoding: 'base64' });
  return bytes;
}
