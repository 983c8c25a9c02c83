/** Writing a file whole under its name. */
import { resolve } from 'node:path';
import { encodeHex } from '@strongroom/core';
import type { CliContext } from '../context.ts';
import { createFileSink } from './file-sink.ts';

/** Over another file only where that was asked for. @throws what a sink refuses */
export async function placeFile(
  context: Pick<CliContext, 'randomBytes'>,
  file: { readonly path: string; readonly bytes: Uint8Array; readonly isForced: boolean },
): Promise<void> {
  const sink = await createFileSink(resolve(file.path, '..'), encodeHex(context.randomBytes(8)));
  try {
    await sink.write(file.bytes);
    await sink.commit();
    await sink.place(file.path, file.isForced);
  } finally {
    await sink.abort(); // does nothing once the file has its name
  }
}
