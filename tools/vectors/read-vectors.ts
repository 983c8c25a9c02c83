import type { VectorFile } from './format.ts';

/** The text of a file. */
export function readText(file: VectorFile): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(file.bytes);
}

/** The JSON of a file, or undefined if it is none. */
export function findJson(file: VectorFile): unknown {
  if (!file.path.endsWith('.json')) return undefined;
  try {
    return JSON.parse(readText(file));
  } catch {
    // Not JSON after all: some other format may own it.
    return undefined;
  }
}

/** Bytes of hexadecimal text in either case. */
export function fromHex(text: string): Uint8Array {
  if (!/^([0-9a-fA-F]{2})*$/.test(text)) throw new TypeError('not hexadecimal');
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Whether two byte strings are the same. */
export function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
