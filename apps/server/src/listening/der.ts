/** DER (X.690), writing only: the few types that a certificate is made of. */

/** One encoded value. */
export type Der = Uint8Array;

/** A value under a tag octet. */
export function tagged(tag: number, ...contents: readonly Uint8Array[]): Der {
  const body = Buffer.concat(contents);
  return Buffer.concat([Uint8Array.of(tag), encodeLength(body.length), body]);
}

function encodeLength(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return Uint8Array.of(0x80 | octets.length, ...octets);
}

export const sequence = (...items: readonly Der[]): Der => tagged(0x30, ...items);
export const set = (...items: readonly Der[]): Der => tagged(0x31, ...items);
export const octetString = (bytes: Uint8Array): Der => tagged(0x04, bytes);
export const utf8String = (text: string): Der => tagged(0x0c, Buffer.from(text, 'utf8'));
export const isTrue: Der = Uint8Array.of(0x01, 0x01, 0xff);

/** A number from its big-endian octets, taken as positive. */
export function integer(octets: Uint8Array): Der {
  let first = 0;
  while (first < octets.length - 1 && octets[first] === 0) first++;
  const plain = octets.subarray(first);
  return tagged(0x02, ...((plain[0] ?? 0) >= 0x80 ? [Uint8Array.of(0), plain] : [plain]));
}

/** Bits, the last `unusedBits` of which are none. */
export function bitString(bytes: Uint8Array, unusedBits = 0): Der {
  return tagged(0x03, Uint8Array.of(unusedBits), bytes);
}

/** An object identifier from its dotted text. */
export function objectId(text: string): Der {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const octets = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      groups.unshift(0x80 | (left % 128));
    return groups;
  });
  return tagged(0x06, Uint8Array.from(octets));
}

/** A time to the second: UTCTime until 2049, as RFC 5280 4.1.2.5 wants it, GeneralizedTime after. */
export function time(atMs: number): Der {
  const digits = new Date(atMs)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:T]/g, '');
  return Number(digits.slice(0, 4)) < 2050
    ? tagged(0x17, Buffer.from(digits.slice(2), 'ascii'))
    : tagged(0x18, Buffer.from(digits, 'ascii'));
}
