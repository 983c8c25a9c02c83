/** Payload keys: whose record ends the words of a month, and of which month. */
import { isMonthErased, itemsHash, disposalGraceMs, recordsOf } from '@strongroom/authority';
import type { DisposalItem, Verdict } from '@strongroom/authority';
import type { RecordId, RoomId } from '@strongroom/core';
import { describe, expect, it } from 'vitest';
import {
  act,
  actAsWarden,
  createWorld,
  engine,
  enrol,
  grant,
  idOf,
  openRoom,
  seedOf,
  write,
  writtenFields,
} from './kit/world.ts';
import type { Someone, World } from './kit/world.ts';

const applied = { kind: 'applied' };
function isVoid(code: string): object {
  return { kind: 'void', code };
}
const month = '2026-09';
const record = idOf('rec', 'key');
const disposal = idOf('dsp', 'd');

type Scene = { readonly world: World; readonly ann: Someone; readonly room: RoomId };

async function createScene(options: { readonly records: boolean }): Promise<Scene> {
  const world = await createWorld(options);
  const ann = await enrol(world, 'ann');
  await act(world, world.owner, 'role.granted', 'firm', { person: ann.person, role: 'officer' });
  const room = await openRoom(world, world.owner, 'a');
  await grant(world, world.owner, room, ann.person);
  return { world, ann, room };
}

/** Version 1 of a record, of kind payload-key unless it says another. */
async function put({ world, room }: Scene, name: string, by: Someone, kind = 'payload-key'): Promise<void> {
  expect(await write(world, by, room, name, 1, { change: { kind } })).toMatchObject(applied);
}

async function make(
  { world, room }: Scene,
  by: Someone,
  change: { readonly month?: string; readonly record?: RecordId; readonly kem?: Uint8Array } = {},
): Promise<Verdict> {
  const fields = { room, month, record, kem: world.owner.generationKem, ...change };
  return await act(world, by, 'payload-key.made', room, fields, { ledger: world.vault });
}

function vaultOf(world: World): Parameters<typeof recordsOf>[0] {
  const vault = world.vaults.get(world.vault);
  if (vault === undefined) throw new Error('the vault exists');
  return vault;
}

function itemsOf({ world, room }: Scene): DisposalItem[] {
  return recordsOf(vaultOf(world), room).flatMap((row) =>
    row.wraps.map(({ part, slot, hw }): DisposalItem => [row.record, row.version, part, slot, hw]),
  );
}

async function propose(scene: Scene): Promise<readonly DisposalItem[]> {
  const { world, room } = scene;
  const items = itemsOf(scene);
  const fields = { disposal, items };
  expect(
    await act(world, world.owner, 'disposal.proposed', room, fields, { ledger: world.vault }),
  ).toMatchObject(applied);
  return items;
}

async function destroy({ world, ann, room }: Scene, items: readonly DisposalItem[]): Promise<void> {
  const ledger = { ledger: world.vault };
  const proposal = vaultOf(world).disposals.get(disposal)?.proposal.hash ?? new Uint8Array(32);
  expect(await act(world, ann, 'disposal.approved', room, { disposal, proposal }, ledger)).toMatchObject(
    applied,
  );
  world.nowMs += disposalGraceMs;
  const hash = itemsHash(engine, items);
  const intent = { c: [room] as const, disposal, count: items.length, hash, root: seedOf('root') };
  expect(await actAsWarden(world, 'destruction.intended', intent, ledger)).toMatchObject(applied);
  const gone = {
    c: [room] as const,
    disposal,
    items: items.map(([id, version, part, slot]) => [id, version, part, slot] as const),
    generation: 1,
    roots: [seedOf('root'), seedOf('after')] as const,
    level: 'L0',
  };
  expect(await actAsWarden(world, 'destroyed', gone, ledger)).toMatchObject(applied);
}

function isErased({ world, room }: Scene): boolean {
  const known = vaultOf(world).rooms.get(room);
  if (known === undefined) throw new Error('the room exists');
  return isMonthErased(known, month);
}

describe('payload-key.made', () => {
  it('is a member’s, the first of its month, alike with and without record rows', async () => {
    for (const records of [true, false]) {
      const scene = await createScene({ records });
      const { owner } = scene.world;
      await put(scene, 'key', owner);
      const bob = await enrol(scene.world, 'bob');
      expect(await make(scene, bob)).toEqual(isVoid('VOID_RIGHT'));
      expect(await make(scene, owner, { kem: new Uint8Array(1216).fill(255) })).toEqual(isVoid('VOID_FORM'));
      expect(await make(scene, owner)).toMatchObject(applied);
      expect(await make(scene, owner)).toEqual(isVoid('VOID_STATE'));
    }
  });

  it('is of the month it is made in, or of one beside it', async () => {
    const scene = await createScene({ records: false });
    const { owner } = scene.world;
    for (const far of ['2025-09', '2026-07', '2026-11', '2027-09'])
      expect((await make(scene, owner, { month: far })).kind).toBe('void');
    for (const near of ['2026-08', '2026-09', '2026-10'])
      expect(await make(scene, owner, { month: near })).toMatchObject(applied);
    scene.world.nowMs = Date.UTC(2026, 11, 31);
    expect(await make(scene, owner, { month: '2027-02' })).toEqual(isVoid('VOID_STATE'));
    expect(await make(scene, owner, { month: '2027-01' })).toMatchObject(applied);
  });

  it('names a payload key that its signer wrote, and nothing else', async () => {
    const scene = await createScene({ records: true });
    const { world, ann, room } = scene;
    expect(await make(scene, world.owner)).toEqual(isVoid('VOID_STATE'));
    await put(scene, 'paper', world.owner, 'document');
    expect(await make(scene, world.owner, { record: idOf('rec', 'paper') })).toEqual(isVoid('VOID_STATE'));
    await put(scene, 'key', ann);
    expect(await make(scene, world.owner)).toEqual(isVoid('VOID_STATE'));
    const second = { ...writtenFields(room, 'key', 2, 1), kind: 'payload-key' as const };
    expect(await act(world, ann, 'written', room, second, { ledger: world.vault })).toMatchObject(applied);
    expect(await make(scene, ann)).toEqual(isVoid('VOID_STATE'));
    await put(scene, 'fresh', ann);
    expect(await make(scene, ann, { record: idOf('rec', 'fresh') })).toMatchObject(applied);
  });
});

describe('the words of a month', () => {
  it('are erased by the destruction of its key, and not before', async () => {
    const scene = await createScene({ records: true });
    await put(scene, 'key', scene.world.owner);
    expect(await make(scene, scene.world.owner)).toMatchObject(applied);
    const items = await propose(scene);
    expect(isErased(scene)).toBe(false);
    await destroy(scene, items);
    expect(isErased(scene)).toBe(true);
  });

  it('cannot be ended by one person who names what was destroyed before, or is about to be', async () => {
    for (const kind of ['document', 'payload-key']) {
      const scene = await createScene({ records: true });
      await put(scene, 'key', scene.world.owner, kind);
      const items = await propose(scene);
      expect(await make(scene, scene.world.owner)).toEqual(isVoid('VOID_STATE'));
      await destroy(scene, items);
      expect(await make(scene, scene.world.owner)).toEqual(isVoid('VOID_STATE'));
      expect(isErased(scene)).toBe(false);
    }
  });
});
