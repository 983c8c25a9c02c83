/** The ticket's key and the note of the living worker, in the database. */
import { StrongroomError } from '@strongroom/core';
import type { Heartbeat, TicketStore } from '../session/tickets.ts';
import { readValue, writeValues } from './database.ts';
import { findFixedKey, makeFixedKey, removeFixedKey } from './fixed-key.ts';

const keyName = 'ticket';
const heartbeatName = 'heartbeat';

/** Opens the store over the database. */
export function openTicketStore(database: IDBDatabase): TicketStore {
  return {
    renewKey: async () => void (await makeFixedKey(database, keyName)),
    removeKey: async () => await removeFixedKey(database, keyName),
    async seal(bytes) {
      const key = (await findFixedKey(database, keyName)) ?? (await makeFixedKey(database, keyName));
      return await key.seal(keyName, bytes);
    },
    async open(sealed) {
      const key = await findFixedKey(database, keyName);
      try {
        return await key?.open(keyName, sealed);
      } catch (cause) {
        if (cause instanceof StrongroomError) return undefined; // a ticket of another unlock
        throw cause;
      }
    },
    async readHeartbeat() {
      const value = (await readValue(database, 'facts', heartbeatName)) as Partial<Heartbeat> | undefined;
      const { aliveAtMs, touchedAtMs, idleLimitMs } = value ?? {};
      if (aliveAtMs === undefined || touchedAtMs === undefined || idleLimitMs === undefined) return undefined;
      return { aliveAtMs, touchedAtMs, idleLimitMs };
    },
    writeHeartbeat: async (heartbeat) => {
      await writeValues(database, 'facts', [[heartbeatName, heartbeat]]);
    },
  };
}
