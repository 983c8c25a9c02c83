/**
 * What is kept for the day is sealed under keys that were handed in to the databases. Those of a restore may not have them, and then a lease
 * would be refused as if the room were closed to us; so with each edition of the ledger everything kept is dropped, and fetched anew.
 */
import { officeId } from '@strongroom/core';
import type { DeviceContext } from '../device/context.ts';

/** The edition that what is kept is of; absent: the first. */
const editionName = 'cache-edition';

/** Runs alone among what asks for keys or writes. */
export async function dropLostCaches({ book, cards, store }: DeviceContext): Promise<void> {
  const { edition } = book.anchor(officeId).head;
  const kept = (await store.read(editionName)) ?? 0;
  if (kept === edition) return;
  for (const room of await cards.rooms()) await cards.wipe(room);
  await store.write(editionName, edition);
}
