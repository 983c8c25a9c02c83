/** What the locked screen shows, and the idle limit: sealed under the key that no script can take out. */
import { decodeUtf8, encodeUtf8 } from '@strongroom/core';
import { lockReasons } from '../../keys/contract.ts';
import type { KeptFacts } from '../session/keeper-parts.ts';
import { readValue, writeValues } from './database.ts';
import type { FixedKey } from './fixed-key.ts';

const name = 'kept';

/** What is kept; nothing where nothing was. */
export async function readKeptFacts(database: IDBDatabase, key: FixedKey): Promise<KeptFacts> {
  const sealed = await readValue(database, 'facts', name);
  if (!(sealed instanceof Uint8Array)) return {};
  const value = JSON.parse(decodeUtf8(await key.open(name, sealed))) as Readonly<Record<string, unknown>>;
  const { personName, firmName, idleLimitMs } = value;
  const lockedFor = lockReasons.find((reason) => reason === value['lockedFor']);
  return {
    ...(typeof personName === 'string' ? { personName } : {}),
    ...(typeof firmName === 'string' ? { firmName } : {}),
    ...(typeof idleLimitMs === 'number' ? { idleLimitMs } : {}),
    ...(lockedFor === undefined ? {} : { lockedFor }),
  };
}

export async function writeKeptFacts(database: IDBDatabase, key: FixedKey, facts: KeptFacts): Promise<void> {
  await writeValues(database, 'facts', [[name, await key.seal(name, encodeUtf8(JSON.stringify(facts)))]]);
}
