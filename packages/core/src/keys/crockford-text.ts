/**
 * Text that people read from paper and type: Crockford's base32 in upper case, in groups joined by `-`. Reading accepts
 * lower case, spaces and hyphens anywhere, O for 0, I and L for 1. Check bytes at the end catch what was mistyped.
 */
import { createRadixText } from '../bytes/radix-text.ts';

const crockford = createRadixText({
  name: 'crockford',
  alphabet: '0123456789ABCDEFGHJKMNPQRSTVWXYZ',
  bits: 5,
});

export function formatCrockford(bytes: Uint8Array, groupLength: number): string {
  const text = crockford.encode(bytes);
  const groups: string[] = [];
  for (let offset = 0; offset < text.length; offset += groupLength)
    groups.push(text.slice(offset, offset + groupLength));
  return groups.join('-');
}

/** @throws InputError ENCODING_INVALID */
export function parseCrockford(text: string): Uint8Array {
  const plain = typeof text === 'string' ? text.replaceAll(/[\s-]/g, '').toUpperCase() : text;
  return crockford.decode(
    typeof plain === 'string' ? plain.replaceAll('O', '0').replaceAll(/[IL]/g, '1') : plain,
  );
}
