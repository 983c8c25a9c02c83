/** Secrets from a file descriptor that a script has opened: the way that leaves them out of the list of processes. */
import { closeSync, readSync } from 'node:fs';
import { InputError, decodeUtf8 } from '@strongroom/core';
import { nameSubject } from '../subject.ts';

const secretBytesMax = 4096;

/** The first line of a descriptor. Descriptor 0 is standard input. @throws InputError FILE_UNREADABLE, INPUT_INVALID */
export function readDescriptorLine(descriptor: number, option: string): string {
  const buffer = new Uint8Array(secretBytesMax);
  let length = 0;
  try {
    while (length < buffer.length) {
      const count = readSync(descriptor, buffer, length, buffer.length - length, null);
      if (count === 0) break;
      length += count;
      if (buffer.subarray(0, length).includes(10)) break;
    }
    if (descriptor > 2) closeSync(descriptor);
  } catch (error) {
    throw nameSubject(new InputError('FILE_UNREADABLE', {}, { cause: error }), option);
  }
  const end = buffer.indexOf(10);
  const line = decodeUtf8(buffer.subarray(0, end >= 0 && end < length ? end : length)).replace(/\r$/u, '');
  buffer.fill(0);
  if (line === '') throw nameSubject(new InputError('INPUT_MISSING'), option);
  return line;
}
