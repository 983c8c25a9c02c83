import { createNodeEngine } from '@strongroom/core/node';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DeviceStorage } from '../environment/index.ts';
import { openSealedStore } from './sealed-store.ts';

const engine = createNodeEngine();

function memory(): DeviceStorage & { readonly entries: Map<string, Uint8Array> } {
  const entries = new Map<string, Uint8Array>();
  return {
    entries,
    read: async (key) => entries.get(key)?.slice(),
    write: async (key, bytes) => void entries.set(key, bytes.slice()),
    remove: async (key) => void entries.delete(key),
    list: async (prefix) => [...entries.keys()].filter((key) => key.startsWith(prefix)),
  };
}

const refused = { code: 'STATE_INVALID' };

test('what is written comes back; any flipped bit, another name, another key are refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.nat(), async (bytes, at) => {
      const storage = memory();
      const deviceFileKey = engine.randomBytes(32);
      const store = openSealedStore({ engine, storage, deviceFileKey });
      await store.writeBytes('a', bytes);
      expect(await store.readBytes('a')).toEqual(bytes);
      const stored = storage.entries.get('sealed/a') ?? new Uint8Array();
      storage.entries.set('sealed/b', stored);
      await expect(store.readBytes('b')).rejects.toMatchObject(refused);
      const altered = stored.slice();
      altered[at % altered.length] = (altered[at % altered.length] ?? 0) ^ (1 << (at % 8));
      storage.entries.set('sealed/a', altered);
      await expect(store.readBytes('a')).rejects.toMatchObject(refused);
      storage.entries.set('sealed/a', stored);
      const other = openSealedStore({ engine, storage, deviceFileKey: engine.randomBytes(32) });
      await expect(other.readBytes('a')).rejects.toMatchObject(refused);
    }),
    { numRuns: 40 },
  );
});
