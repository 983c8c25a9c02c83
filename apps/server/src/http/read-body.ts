import { InputError, LimitError } from '@strongroom/core';
import type { Readable } from 'node:stream';

/**
 * Reads a JSON body, refusing it as soon as it is longer than allowed.
 * @throws LimitError LIMIT_EXCEEDED; InputError REQUEST_INVALID when it is not JSON
 */
export async function readJsonBody(source: Readable, sizeBytesMax: number): Promise<unknown> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > sizeBytesMax)
      throw new LimitError('LIMIT_EXCEEDED', { limit: 'bodyBytesMax', max: sizeBytesMax });
    chunks.push(chunk);
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)));
  } catch (cause) {
    throw new InputError('REQUEST_INVALID', { reason: 'json' }, { cause });
  }
}
