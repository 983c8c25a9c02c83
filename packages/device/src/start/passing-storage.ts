/** What a start does before its device is one: nothing of what the server says touches the device's own storage before it is checked. */
import { StrongroomError } from '@strongroom/core';
import type { Api } from '../api/index.ts';
import type { DeviceStorage } from '../environment/index.ts';

/** Holds what is followed until the device is one; its own first sync fetches it anew. */
export function createPassingStorage(): DeviceStorage {
  const entries = new Map<string, Uint8Array>();
  return {
    read: async (key) => entries.get(key)?.slice(),
    write: async (key, bytes) => void entries.set(key, bytes.slice()),
    remove: async (key) => void entries.delete(key),
    list: async (prefix) => [...entries.keys()].filter((key) => key.startsWith(prefix)).sort(),
  };
}

/** Removes everything of a start that came to nothing. */
export async function emptyStorage(storage: DeviceStorage): Promise<void> {
  for (const key of await storage.list('')) await storage.remove(key);
}

/** Gives a pass or session back; one that cannot be given back ends by itself. */
export async function endPass(api: Api): Promise<void> {
  try {
    await api.call('endSession');
  } catch (cause) {
    if (!(cause instanceof StrongroomError)) throw cause;
  }
}
