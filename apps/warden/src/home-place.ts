/** Where a home lies, by the files themselves. */
import { stat } from 'node:fs/promises';
import { encodeHex, encodeUtf8 } from '@strongroom/core';
import type { WardenContext } from './context.ts';

/** Tells a state that goes on where it stopped from one that was copied: the files themselves are others. */
export async function describePlace({ home, engine }: WardenContext, keyPath: string): Promise<string> {
  const parts: string[] = [];
  for (const path of [home, keyPath]) {
    const { dev, ino, birthtimeMs } = await stat(path);
    parts.push(`${dev} ${ino} ${birthtimeMs}`);
  }
  return encodeHex(engine.sha256(encodeUtf8(parts.join('\n'))).subarray(0, 16));
}
