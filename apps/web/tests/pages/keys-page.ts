/** A page with nothing but the keys: what a test asks of the worker, it asks through the real client. */
import { connectKeys } from '../../src/keys/keys-client.ts';
import type { KeysClient } from '../../src/keys/keys-client.ts';
import type { KeysEvent } from '../../src/keys/contract.ts';

/** What a test finds on the window. */
export interface KeysWindow {
  readonly client: KeysClient;
  readonly events: KeysEvent[];
}

const client = connectKeys();
const events: KeysEvent[] = [];
client.subscribe((event) => void events.push(event));
Object.assign(globalThis, { client, events } satisfies KeysWindow);
