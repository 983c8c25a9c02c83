/**
 * Text of 2^bits symbols per RFC 4648, without padding, strict both ways: one text for one byte string. Unused low bits of
 * the last symbol must be zero and a length that no byte string has is refused.
 */
import { InputError } from '../errors/index.ts';

export type RadixText = {
  readonly encode: (bytes: Uint8Array) => string;
  readonly decode: (text: string) => Uint8Array;
};

export function createRadixText(options: {
  readonly name: string;
  readonly alphabet: string;
  readonly bits: number;
}): RadixText {
  const { name, alphabet, bits } = options;
  const mask = 2 ** bits - 1;
  const values = new Int8Array(128).fill(-1);
  for (let value = 0; value < alphabet.length; value++) values[alphabet.charCodeAt(value)] = value;

  function encode(bytes: Uint8Array): string {
    let text = '';
    let pending = 0;
    let pendingBits = 0;
    for (const byte of bytes) {
      pending = ((pending << 8) | byte) & 0xffff;
      pendingBits += 8;
      while (pendingBits >= bits) {
        pendingBits -= bits;
        text += alphabet[(pending >> pendingBits) & mask];
      }
    }
    if (pendingBits > 0) text += alphabet[(pending << (bits - pendingBits)) & mask];
    return text;
  }

  function decode(text: string): Uint8Array {
    if (typeof text !== 'string') throw new InputError('ENCODING_INVALID', { encoding: name });
    const length = Math.floor((text.length * bits) / 8);
    if (Math.ceil((length * 8) / bits) !== text.length)
      throw new InputError('ENCODING_INVALID', { encoding: name });
    const bytes = new Uint8Array(length);
    let pending = 0;
    let pendingBits = 0;
    let offset = 0;
    for (let index = 0; index < text.length; index++) {
      const value = values[text.charCodeAt(index)] ?? -1;
      if (value < 0) throw new InputError('ENCODING_INVALID', { encoding: name });
      pending = ((pending << bits) | value) & 0xffff;
      pendingBits += bits;
      if (pendingBits >= 8) {
        pendingBits -= 8;
        bytes[offset++] = (pending >> pendingBits) & 0xff;
      }
    }
    if ((pending & (2 ** pendingBits - 1)) !== 0)
      throw new InputError('ENCODING_INVALID', { encoding: name });
    return bytes;
  }

  return { encode, decode };
}
