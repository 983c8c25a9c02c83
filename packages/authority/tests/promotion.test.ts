import { decodeOfficeState, encodeState, ledgerKeysOf, vkeyUnder, wardenSignAt } from '@strongroom/authority';
import type { TakenOverLedger, Verdict } from '@strongroom/authority';
import { officeId } from '@strongroom/core';
import type { DeviceId, UnlockId } from '@strongroom/core';
import { createNoteKey, formatNoteKey, noteSignatureTypes, parseNoteKey } from '@strongroom/ledger';
import { describe, expect, it } from 'vitest';
import {
  act,
  actAsWarden,
  append,
  createWorld,
  engine,
  enrol,
  idOf,
  makeKeys,
  openRoom,
  seedOf,
} from './kit/world.ts';
import type { Changes, Keys, World } from './kit/world.ts';

const isVoid = (code: string): object => ({ kind: 'void', code });
const applied = { kind: 'applied' };
const root = seedOf('root');

type Options = {
  readonly by?: Keys<DeviceId | UnlockId>;
  readonly number?: number;
  readonly name?: string;
  readonly vaults?: readonly TakenOverLedger[];
  readonly changes?: Changes;
};

const kitOf = (world: World): Keys<UnlockId> => world.owner.unlocks[1] as Keys<UnlockId>;

async function promote(world: World, options: Options = {}): Promise<Verdict> {
  const { by = kitOf(world), number = 2, name = `warden ${number}`, changes = {} } = options;
  const key = await engine.ed25519PublicKey(seedOf(`sign ${name} vault`));
  const sizes = options.vaults ?? [[world.vault, world.vaults.get(world.vault)?.size ?? 0, root, key]];
  const [sign, ledger] = await Promise.all(
    [name, `${name} ledgers`].map(async (each) => await engine.ed25519PublicKey(seedOf(`sign ${each}`))),
  );
  const fields = { number, sign: sign as Uint8Array, ledger: ledger as Uint8Array, vaults: sizes };
  return await act(world, by, 'warden.promoted', 'firm', fields, changes);
}

const officeKey = async (): Promise<string> =>
  formatNoteKey(
    createNoteKey(engine, {
      name: 'strongroom/firm/office/0',
      type: noteSignatureTypes.ed25519,
      publicKey: await engine.ed25519PublicKey(seedOf('office ledger')),
    }),
  );

describe('warden.promoted', () => {
  it('is signed by the kit of an owner, and by nothing else', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann', ['opener']);
    await act(world, world.owner, 'role.granted', 'firm', { person: ann.person, role: 'administrator' });
    expect(await promote(world, { by: world.owner.device })).toEqual(isVoid('VOID_SIGNER'));
    expect(await promote(world, { by: world.owner.unlocks[0] as Keys<UnlockId> })).toEqual(
      isVoid('VOID_RIGHT'),
    );
    expect(await promote(world, { by: ann.unlocks[1] as Keys<UnlockId> })).toEqual(isVoid('VOID_RIGHT'));
    const forged = { id: kitOf(world).id, seed: seedOf('somebody else') };
    expect(await promote(world, { changes: { signers: [forged] } })).toEqual(isVoid('VOID_SIGNATURE'));
    expect(world.office.warden?.number).toBe(1);
    expect(await promote(world)).toMatchObject(applied);
    expect(world.office.warden?.number).toBe(2);
  });

  it('names a higher number, keys that are new, the place it lies at, and every vault', async () => {
    const world = await createWorld();
    const o = [0, world.office.size - 1, root] as const;
    expect(await promote(world, { changes: { change: { pos: { o } } } })).toEqual(isVoid('VOID_STATE'));
    expect(await promote(world, { number: 1 })).toEqual(isVoid('VOID_STATE'));
    expect(await promote(world, { name: 'warden' })).toEqual(isVoid('VOID_STATE'));
    expect(await promote(world, { vaults: [] })).toEqual(isVoid('VOID_STATE'));
    const twice: readonly TakenOverLedger[] = [
      [world.vault, 0, root, root],
      [world.vault, 0, root, root],
    ];
    expect(await promote(world, { vaults: twice })).toEqual(isVoid('VOID_FORM'));
    const other: readonly TakenOverLedger[] = [[idOf('vlt', 'other'), 0, root, root]];
    expect(await promote(world, { vaults: other })).toEqual(isVoid('VOID_STATE'));
    expect(await promote(world, { number: 3 })).toMatchObject(applied);
    // Numbers never fall, and what was named once is named no more.
    expect(await promote(world, { number: 2 })).toEqual(isVoid('VOID_STATE'));
    expect(await promote(world, { number: 4, name: 'warden 3' })).toEqual(isVoid('VOID_STATE'));
    expect(await promote(world, { number: 4 })).toMatchObject(applied);
  });

  it('is void said again, and in an edition that a restore ended', async () => {
    const world = await createWorld();
    expect(await promote(world)).toMatchObject(applied);
    const bytes = world.log.at(-1)?.bytes as Uint8Array;
    expect(await append(world, officeId, bytes)).toMatchObject({ kind: 'void' });
    const [sinceMs, signedMs] = [world.nowMs, world.nowMs];
    const restored = { edition: 1, from: world.office.size - 1, fromMs: world.nowMs, sinceMs, signedMs };
    world.office.restores = [{ ...restored, person: world.owner.person, lost: [9, root] }];
    expect(await promote(world, { number: 3 })).toEqual(isVoid('VOID_STATE'));
    const o = [1, world.office.size, root] as const;
    expect(await promote(world, { number: 3, changes: { change: { pos: { o } } } })).toMatchObject(applied);
    expect(world.office.warden?.number).toBe(3);
  });

  it('may happen again: each warden’s keys are good for its own time', async () => {
    const world = await createWorld();
    world.office.warden = { number: 1, sign: world.warden.sign, ledger: await officeKey() };
    const ends: number[] = [];
    for (const number of [2, 3]) {
      await openRoom(world, world.owner, `room ${number}`);
      ends.push(world.vaults.get(world.vault)?.size ?? 0);
      expect(await promote(world, { number })).toMatchObject(applied);
    }
    const [first = 0, second = 0] = ends;
    expect(second).toBeGreaterThan(first);
    const spans = ledgerKeysOf(engine, world.office, world.vault);
    expect(spans.map(({ sizeMax }) => sizeMax)).toEqual([first, second, undefined]);
    expect(new Set(ledgerKeysOf(engine, world.office, officeId).map(({ vkey }) => vkey)).size).toBe(3);
    const signAt = (index: number): Uint8Array | undefined => wardenSignAt(world.office, world.vault, index);
    const signs = await Promise.all(
      [2, 3].map(async (number) => await engine.ed25519PublicKey(seedOf(`sign warden ${number}`))),
    );
    expect([signAt(first - 1), signAt(first), signAt(second - 1), signAt(second)]).toEqual([
      world.warden.sign,
      signs[0],
      signs[0],
      signs[1],
    ]);
  });

  it('ends the keys before at a size of each ledger, under the same names, and survives being stored', async () => {
    const world = await createWorld();
    const first = await officeKey();
    world.office.warden = { number: 1, sign: world.warden.sign, ledger: first };
    await openRoom(world, world.owner, 'main');
    const size = world.vaults.get(world.vault)?.size ?? 0;
    expect(size).toBeGreaterThan(0);
    const from = world.office.size;
    expect(await promote(world)).toMatchObject(applied);
    const office = decodeOfficeState(encodeState(world.office));
    const ledger = await engine.ed25519PublicKey(seedOf('sign warden 2 ledgers'));
    const second = vkeyUnder(engine, first, ledger);
    expect(parseNoteKey(engine, second).name).toBe(parseNoteKey(engine, first).name);
    expect(ledgerKeysOf(engine, office, officeId)).toEqual([
      { vkey: first, sizeMax: from },
      { vkey: second },
    ]);
    expect(ledgerKeysOf(engine, office, world.vault).map(({ sizeMax }) => sizeMax)).toEqual([
      size,
      undefined,
    ]);
    expect(office.vaults.get(world.vault)?.warden).toBe(2);
    const sign = await engine.ed25519PublicKey(seedOf('sign warden 2'));
    expect(wardenSignAt(office, officeId, from)).toEqual(world.warden.sign);
    expect(wardenSignAt(office, officeId, from + 1)).toEqual(sign);
    expect(wardenSignAt(office, world.vault, size - 1)).toEqual(world.warden.sign);
    expect(wardenSignAt(office, world.vault, size)).toEqual(sign);
    // A vault that is made later has no warden but the new one.
    expect(wardenSignAt(office, idOf('vlt', 'later'), 0)).toEqual(sign);
  });

  it('makes what the warden before signs from there on void, also where a vault is judged by the office before', async () => {
    const world = await createWorld();
    const room = await openRoom(world, world.owner, 'main');
    const from = world.office.size;
    expect(await promote(world)).toMatchObject(applied);
    const ledger = world.vault;
    const line = { index: 0, code: 'VOID_LIMIT' };
    expect(await actAsWarden(world, 'warden.refused', line, { ledger })).toEqual(isVoid('VOID_SIGNATURE'));
    const next = { ...(await makeKeys('warden' as const, 'warden 2')) };
    expect(await actAsWarden(world, 'warden.refused', line, { ledger, signers: [next] })).toMatchObject(
      applied,
    );
    expect(
      await act(world, world.owner, 'room.frozen', room, { room }, { ledger, officeSize: from }),
    ).toEqual(isVoid('VOID_FORM'));
    expect(await act(world, world.owner, 'room.frozen', room, { room }, { ledger })).toMatchObject(applied);
  });

  it('lets nobody but the warden in force make a vault', async () => {
    const world = await createWorld();
    await promote(world);
    const fields = (warden: number) => ({
      vault: idOf('vlt', `v${warden}`),
      edition: 0 as const,
      warden,
      vkey: 'v+key',
    });
    expect(await act(world, world.owner, 'vault.created', 'firm', fields(1))).toEqual(isVoid('VOID_STATE'));
    expect(await act(world, world.owner, 'vault.created', 'firm', fields(2))).toMatchObject(applied);
  });
});
