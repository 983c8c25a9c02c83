import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createNativeBase64 } from './native-base64.ts';
import { createRadixText } from './radix-text.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const pairs = [
  ['base64', `${letters}+/`],
  ['base64url', `${letters}-_`],
] as const;

function resultOf(decode: (text: string) => Uint8Array, text: string): Uint8Array | string {
  try {
    return decode(text);
  } catch (error) {
    return (error as { readonly code: string }).code;
  }
}

test.each(pairs)("the engine's %s and ours give the same bytes, texts and refusals", (name, alphabet) => {
  const native = createNativeBase64(name);
  const ours = createRadixText({ name, alphabet, bits: 6 });
  expect(native).toBeDefined();
  if (native === undefined) return;
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(native.encode(bytes)).toBe(ours.encode(bytes));
    }),
  );
  const text = fc.string({ unit: fc.constantFrom(...Array.from('AQgwaz09+/-_= \n\té')), maxLength: 9 });
  fc.assert(
    fc.property(text, (value) => {
      expect(resultOf(native.decode, value)).toEqual(resultOf(ours.decode, value));
    }),
    { numRuns: 2_000 },
  );
});
