import { InputError } from '../errors/index.ts';

// TextEncoder and TextDecoder are in every engine we run in: Node, browsers and workers.
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 of a well-formed text; a lone surrogate is refused instead of being replaced. @throws InputError ENCODING_INVALID */
export function encodeUtf8(text: string): Uint8Array {
  if (typeof text !== 'string' || !text.isWellFormed())
    throw new InputError('ENCODING_INVALID', { encoding: 'utf8' });
  return encoder.encode(text);
}

/** Strict: malformed UTF-8 is refused, a byte order mark is kept as a character. @throws InputError ENCODING_INVALID */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new InputError('ENCODING_INVALID', { encoding: 'utf8' }, { cause });
  }
}
