/** The ticket in the tab: sealed, worthless without the key in the database, gone with the tab. */
import { decodeBase64, encodeBase64 } from '@strongroom/core';

const name = 'strongroom-ticket';

/** The ticket that this tab kept; none where there is none. */
export function readTicket(storage: Storage): Uint8Array | undefined {
  const text = storage.getItem(name);
  if (text === null) return undefined;
  try {
    return decodeBase64(text);
  } catch {
    storage.removeItem(name);
    return undefined;
  }
}

/** Keeps a ticket; an empty one is forgotten. */
export function keepTicket(storage: Storage, ticket: Uint8Array): void {
  if (ticket.length === 0) storage.removeItem(name);
  else storage.setItem(name, encodeBase64(ticket));
}
