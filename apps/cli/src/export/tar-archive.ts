/**
 * POSIX tar with pax headers (IEEE Std 1003.1, pax interchange format): what every `tar` reads, with names in UTF-8 of any length
 * and files beyond 8 GiB. Files only; unpacking makes their folders.
 */
import { assert, concatBytes, encodeUtf8 } from '@strongroom/core';

const blockBytes = 512;
const plainNameBytesMax = 100;
/** What eleven octal digits hold. */
const plainSizeMax = 8 ** 11 - 1;

/** A file of an archive. */
export interface TarFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
}

/** The blocks before a file's bytes. */
export function formatTarHeader({ path, sizeBytes, modifiedAtMs }: TarFile): Uint8Array {
  const seconds = Math.max(0, Math.floor(modifiedAtMs / 1000));
  const name = encodeUtf8(path);
  const records: string[] = [];
  if (name.length > plainNameBytesMax || !/^[ -~]*$/u.test(path)) records.push(formatRecord('path', path));
  if (sizeBytes > plainSizeMax) records.push(formatRecord('size', String(sizeBytes)));
  const own = formatBlock({ name, sizeBytes, seconds, type: '0' });
  if (records.length === 0) return own;
  const extended = encodeUtf8(records.join(''));
  const before = formatBlock({ name: encodeUtf8('pax'), sizeBytes: extended.length, seconds, type: 'x' });
  return concatBytes(before, extended, tarPadding(extended.length), own);
}

/** What fills the last block of so many bytes. */
export function tarPadding(sizeBytes: number): Uint8Array {
  return new Uint8Array((blockBytes - (sizeBytes % blockBytes)) % blockBytes);
}

/** The end of an archive. */
export const tarEnd: Uint8Array = new Uint8Array(2 * blockBytes);

/** A pax record counts its own length, the digits of that length included. */
function formatRecord(keyword: string, value: string): string {
  const rest = ` ${keyword}=${value}\n`;
  const restBytes = encodeUtf8(rest).length;
  let length = restBytes + 1;
  while (String(length).length + restBytes !== length) length = String(length).length + restBytes;
  return `${length}${rest}`;
}

function formatBlock(file: {
  readonly name: Uint8Array;
  readonly sizeBytes: number;
  readonly seconds: number;
  readonly type: '0' | 'x';
}): Uint8Array {
  const block = new Uint8Array(blockBytes);
  const put = (at: number, text: string): void => block.set(encodeUtf8(text), at);
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');
  block.set(file.name.subarray(0, plainNameBytesMax));
  put(100, `${octal(0o600, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0`);
  put(124, `${octal(Math.min(file.sizeBytes, plainSizeMax), 11)}\0`);
  put(136, `${octal(Math.min(file.seconds, plainSizeMax), 11)}\0`);
  put(148, ' '.repeat(8));
  put(156, file.type);
  put(257, 'ustar\u000000');
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, `${octal(sum, 6)}\0 `);
  assert(block.length === blockBytes, 'a tar header is one block');
  return block;
}
