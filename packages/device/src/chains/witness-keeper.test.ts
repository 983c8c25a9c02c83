/** What is kept of the witnesses of an edition ends with it. */
import { createOfficeState } from '@strongroom/authority';
import type { OfficeState } from '@strongroom/authority';
import { officeId } from '@strongroom/core';
import type { PersonId, VaultId } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { createNoteKey, formatNoteKey } from '@strongroom/ledger';
import { expect, test } from 'vitest';
import type { DeviceStorage } from '../environment/index.ts';
import { openSealedStore } from '../storage/sealed-store.ts';
import { WitnessKeeper } from './witness-keeper.ts';

const engine = createNodeEngine();
const hourMs = 3_600_000;
const vault = 'vlt_aaaaaaaaaaaaaaaaaaaaaaaaaa' as VaultId;
const clock = { nowMs: () => 3 * hourMs, sleep: async () => undefined };

function memory(): DeviceStorage {
  const entries = new Map<string, Uint8Array>();
  return {
    read: async (key) => entries.get(key)?.slice(),
    write: async (key, bytes) => void entries.set(key, bytes.slice()),
    remove: async (key) => void entries.delete(key),
    list: async (prefix) => [...entries.keys()].filter((key) => key.startsWith(prefix)),
  };
}

async function officeWith(vkey: string): Promise<OfficeState> {
  const office = createOfficeState();
  office.witnessing = {
    witnesses: [{ vkey, from: 0, fromMs: 0 }],
    quorum: 1,
    waitHours: 1,
    from: 0,
    fromMs: 0,
    person: 'per_aaaaaaaaaaaaaaaaaaaaaaaaaa' as PersonId,
  };
  return office;
}

test('a witnessed head, and the time that heads went without, end with their edition, here and on the storage', async () => {
  const publicKey = await engine.ed25519PublicKey(engine.randomBytes(32));
  const vkey = formatNoteKey(createNoteKey(engine, { name: 'witness.example/w', type: 0x04, publicKey }));
  const office = await officeWith(vkey);
  const store = openSealedStore({ engine, storage: memory(), deviceFileKey: engine.randomBytes(32) });
  for (const ledger of [officeId, vault])
    await store.write(`witnessed/${ledger}`, [
      [90, 'a note', [[vkey, 5]]],
      [100, hourMs],
    ]);
  const keeper = new WitnessKeeper({ engine, clock, store });
  for (const ledger of [officeId, vault]) {
    await keeper.restore(ledger);
    expect(keeper.findHead(ledger, office)).toMatchObject({ size: 90 });
    expect(keeper.isMissing(ledger, office)).toBe(true);
  }
  await keeper.forgetEdition();
  const reopened = new WitnessKeeper({ engine, clock, store });
  for (const each of [keeper, reopened])
    for (const ledger of [officeId, vault]) {
      await each.restore(ledger);
      expect(each.findHead(ledger, office)).toBeUndefined();
      expect(each.findWaitingSince(ledger, office)).toBeUndefined();
      expect(each.isMissing(ledger, office)).toBe(false);
    }
});
