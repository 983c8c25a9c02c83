/** Crockford base32, upper case, for what people read from paper: lower case, O, I and L are understood, and any spaces and dashes. */
import { decodeBase32, encodeBase32 } from '@strongroom/core';

const rfcAlphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Groups of `groupLength` characters joined by `-`. */
export function encodeCrockford(bytes: Uint8Array, groupLength: number): string {
  const symbols = Array.from(encodeBase32(bytes), (symbol) => alphabet[rfcAlphabet.indexOf(symbol)] ?? '');
  const groups: string[] = [];
  for (let start = 0; start < symbols.length; start += groupLength) {
    groups.push(symbols.slice(start, start + groupLength).join(''));
  }
  return groups.join('-');
}

/** The one form of a text that people may write in several: upper case, without spaces and dashes, O as 0, I and L as 1. */
export function normalizeCrockford(text: string): string {
  return text
    .toUpperCase()
    .replaceAll(/[\s-]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
}

/** Undefined for a text that is not one. */
export function decodeCrockford(text: string): Uint8Array | undefined {
  let translated = '';
  for (const symbol of normalizeCrockford(text)) {
    const value = alphabet.indexOf(symbol);
    if (value < 0) return undefined;
    translated += rfcAlphabet[value];
  }
  try {
    return decodeBase32(translated);
  } catch {
    // The caller says what was wrong in its own words.
    return undefined;
  }
}
