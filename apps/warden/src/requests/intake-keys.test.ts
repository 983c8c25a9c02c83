/** The private halves are overwritten when the warden closes; a key in the making too. */
import { createNodeEngine } from '@strongroom/core/node';
import type { NodeEngine } from '@strongroom/core/node';
import { encodeUtf8 } from '@strongroom/core';
import { expect, test } from 'vitest';
import { createSystemClock } from '../clock.ts';
import { IntakeKeys } from './intake-keys.ts';

test('wiping overwrites every private half, also of a key that is being made, and ends the use', async () => {
  const real = createNodeEngine();
  const seeds: Uint8Array[] = [];
  const engine: NodeEngine = {
    ...real,
    randomBytes(length) {
      const bytes = real.randomBytes(length);
      seeds.push(bytes);
      return bytes;
    },
  };
  const keys = new IntakeKeys(engine, createSystemClock());
  const renewing = keys.renew();
  expect(seeds).toHaveLength(1);
  expect(seeds[0]!.some((byte) => byte !== 0)).toBe(true);
  await keys.wipe();
  await renewing;
  expect(seeds.every((seed) => seed.every((byte) => byte === 0))).toBe(true);
  await expect(keys.list('vlt', encodeUtf8('x'))).rejects.toMatchObject({ code: 'WARDEN_UNAVAILABLE' });
});
