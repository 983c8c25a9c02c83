/**
 * From bytes to text. A byte order mark decides; then UTF-8, if it is without a fault; then the shape of the bytes tells a Chinese list
 * from a Central or Western European one. The person sees what was taken and may choose another.
 */
import { InputError } from '@strongroom/core';

/** Encodings that are understood, as they are named to the person. */
export const encodings = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1250',
  'windows-1252',
  'gb18030',
] as const;
export type EncodingName = (typeof encodings)[number];

// Letters of Polish and its neighbours that lie where windows-1252 has marks and signs: ą Ą ś Ś ź Ź ż Ż ł Ł ę Ę ć Ć ń Ń and Czech ě š č ř ž ů.
const centralBytes: ReadonlySet<number> = new Set([
  0xb9, 0xa5, 0x9c, 0x8c, 0x9f, 0x8f, 0xbf, 0xaf, 0xb3, 0xa3, 0xea, 0xca, 0xe6, 0xc6, 0xf1, 0xd1, 0xec, 0xe8,
  0xf8, 0xf9,
]);
// Letters of French and German that Polish does not have there: à â ç è é ê ë î ï ô ù û ü ä ö ß É È À Ç.
const westernBytes: ReadonlySet<number> = new Set([
  0xe0, 0xe2, 0xe7, 0xe8, 0xe9, 0xeb, 0xee, 0xef, 0xf4, 0xf9, 0xfb, 0xc9, 0xc8, 0xc0, 0xc7,
]);

/** Whether a name is one of the encodings. */
export function isEncoding(name: unknown): name is EncodingName {
  return (encodings as readonly unknown[]).includes(name);
}

/** The encoding that the bytes most likely have. */
export function guessEncoding(bytes: Uint8Array): EncodingName {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (isText(bytes, 'utf-8')) return 'utf-8';
  if (isChinese(bytes)) return 'gb18030';
  return isCentral(bytes) ? 'windows-1250' : 'windows-1252';
}

/** The text. @throws InputError INPUT_INVALID for bytes that are not text in that encoding */
export function decodeText(bytes: Uint8Array, encoding: EncodingName): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new InputError('INPUT_INVALID', { name: 'encoding', encoding }, { cause });
  }
}

function isText(bytes: Uint8Array, encoding: EncodingName): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Bytes above ASCII come in pairs of a lead and a trail, and most pairs are common characters. */
function isChinese(bytes: Uint8Array): boolean {
  if (!isText(bytes, 'gb18030')) return false;
  let pairs = 0;
  let common = 0;
  for (let at = 0; at < bytes.length; at++) {
    const lead = bytes[at] ?? 0;
    if (lead < 0x80) continue;
    const trail = bytes[at + 1] ?? 0;
    if (lead === 0x80 || lead === 0xff || trail < 0x30) return false;
    pairs += 1;
    // Level one of GB 2312, its signs and full-width forms.
    const isCommon = trail >= 0xa1 && ((lead >= 0xb0 && lead <= 0xd7) || (lead >= 0xa1 && lead <= 0xa3));
    if (isCommon) common += 1;
    at += 1;
  }
  return pairs > 0 && common / pairs > 0.7;
}

function isCentral(bytes: Uint8Array): boolean {
  let central = 0;
  let western = 0;
  for (const [at, byte] of bytes.entries()) {
    if (byte < 0x80) continue;
    // A letter of a word has letters beside it; « » and the like have not.
    const isInWord = isLetter(bytes[at - 1]) || isLetter(bytes[at + 1]);
    if (!isInWord) continue;
    if (centralBytes.has(byte)) central += 1;
    if (westernBytes.has(byte)) western += 1;
  }
  return central > western;
}

function isLetter(byte = 0): boolean {
  const lower = byte | 0x20;
  return byte >= 0x80 || (lower >= 0x61 && lower <= 0x7a);
}
