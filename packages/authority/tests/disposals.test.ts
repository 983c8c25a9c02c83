import { disposalGraceMs, isHeld, itemsHash, openDisposals, recordsOf } from '@strongroom/authority';
import type { DisposalItem } from '@strongroom/authority';
import type { RoomId } from '@strongroom/core';
import { describe, expect, it } from 'vitest';
import {
  act,
  actAsWarden,
  createWorld,
  engine,
  enrol,
  hourMs,
  idOf,
  openRoom,
  seedOf,
  write,
} from './kit/world.ts';
import type { Someone, World } from './kit/world.ts';

const applied = { kind: 'applied' };
function isVoid(code: string): object {
  return { kind: 'void', code };
}

async function createScene(): Promise<{
  world: World;
  ann: Someone;
  bob: Someone;
  room: RoomId;
  items: DisposalItem[];
}> {
  const world = await createWorld({ records: true });
  const [ann, bob] = [await enrol(world, 'ann'), await enrol(world, 'bob')];
  await act(world, world.owner, 'role.granted', 'firm', { person: ann.person, role: 'officer' });
  const room = await openRoom(world, world.owner, 'a');
  await write(world, world.owner, room, 'r', 1);
  const vault = getVault(world);
  const items = recordsOf(vault, room).flatMap(({ record, version, wraps }) =>
    wraps.map(({ part, slot, hw }): DisposalItem => [record, version, part, slot, hw]),
  );
  return { world, ann, bob, room, items };
}
function getVault(world: World): Parameters<typeof recordsOf>[0] {
  const vault = world.vaults.get(world.vault);
  if (vault === undefined) throw new Error('the vault exists');
  return vault;
}
const disposal = idOf('dsp', 'd');

function getProposal(world: World): Uint8Array {
  return getVault(world).disposals.get(disposal)?.proposal.hash ?? new Uint8Array(32);
}
function intent(
  room: RoomId,
  items: readonly DisposalItem[],
): {
  c: readonly [RoomId];
  disposal: typeof disposal;
  count: number;
  hash: Uint8Array;
  root: Uint8Array;
} {
  return { c: [room], disposal, count: items.length, hash: itemsHash(engine, items), root: seedOf('root') };
}

describe('a disposal', () => {
  it('takes two persons, grace, an intent, and marks the parts', async () => {
    const { world, ann, bob, room, items } = await createScene();
    const ledger = { ledger: world.vault };
    expect(await act(world, bob, 'disposal.proposed', room, { disposal, items }, ledger)).toEqual(
      isVoid('VOID_RIGHT'),
    );
    expect(
      await act(world, world.owner, 'disposal.proposed', room, { disposal, items }, ledger),
    ).toMatchObject(applied);
    const second = { disposal: idOf('dsp', 'other'), items };
    expect(await act(world, ann, 'disposal.proposed', room, second, ledger)).toEqual(isVoid('VOID_STATE'));
    const proposal = getProposal(world);
    const approve = { disposal, proposal };
    expect(await act(world, world.owner, 'disposal.approved', room, approve, ledger)).toEqual(
      isVoid('VOID_RIGHT'),
    );
    expect(await act(world, bob, 'disposal.approved', room, approve, ledger)).toEqual(isVoid('VOID_RIGHT'));
    const other = { disposal, proposal: seedOf('x') };
    expect(await act(world, ann, 'disposal.approved', room, other, ledger)).toEqual(isVoid('VOID_STATE'));
    expect(await actAsWarden(world, 'destruction.intended', intent(room, items), ledger)).toEqual(
      isVoid('VOID_STATE'),
    );
    expect(await act(world, ann, 'disposal.approved', room, approve, ledger)).toMatchObject(applied);
    world.nowMs += disposalGraceMs - 1;
    expect(await actAsWarden(world, 'destruction.intended', intent(room, items), ledger)).toEqual(
      isVoid('VOID_STATE'),
    );
    world.nowMs += 1;
    const fewer = intent(room, items.slice(1));
    expect(await actAsWarden(world, 'destruction.intended', fewer, ledger)).toEqual(isVoid('VOID_STATE'));
    const forged = { ...ledger, signers: [{ id: 'warden' as const, seed: ann.device.seed }] };
    expect(await actAsWarden(world, 'destruction.intended', intent(room, items), forged)).toEqual(
      isVoid('VOID_SIGNATURE'),
    );
    const gone = {
      c: [room] as const,
      disposal,
      items: items.map(([record, version, part, slot]) => [record, version, part, slot] as const),
      generation: 1,
      roots: [seedOf('root'), seedOf('after')] as const,
      level: 'L0',
    };
    expect(await actAsWarden(world, 'destroyed', gone, ledger)).toEqual(isVoid('VOID_STATE'));
    expect(await actAsWarden(world, 'destruction.intended', intent(room, items), ledger)).toMatchObject(
      applied,
    );
    expect(await act(world, ann, 'disposal.stopped', room, { disposal }, ledger)).toEqual(
      isVoid('VOID_STATE'),
    );
    const partly = { ...gone, items: gone.items.slice(1) };
    expect(await actAsWarden(world, 'destroyed', partly, ledger)).toEqual(isVoid('VOID_STATE'));
    expect(await actAsWarden(world, 'destroyed', gone, ledger)).toMatchObject(applied);
    const wraps = recordsOf(getVault(world), room).flatMap((row) => row.wraps);
    expect(wraps.map((wrap) => wrap.destroyed)).toEqual([disposal, disposal]);
    expect(openDisposals(getVault(world))).toEqual([]);
  });
  it('is stopped by a person before the intent, or by the warden', async () => {
    const { world, ann, bob, room, items } = await createScene();
    const ledger = { ledger: world.vault };
    await act(world, world.owner, 'disposal.proposed', room, { disposal, items }, ledger);
    expect(await act(world, bob, 'disposal.stopped', room, { disposal }, ledger)).toEqual(
      isVoid('VOID_RIGHT'),
    );
    const stop = { c: [room] as const, disposal, code: 'WRAP_REFUSED' };
    expect(await actAsWarden(world, 'destruction.stopped', stop, ledger)).toEqual(isVoid('VOID_STATE'));
    expect(await act(world, ann, 'disposal.stopped', room, { disposal }, ledger)).toMatchObject(applied);
    const approve = { disposal, proposal: getProposal(world) };
    expect(await act(world, ann, 'disposal.approved', room, approve, ledger)).toEqual(isVoid('VOID_STATE'));
    const again = { disposal: idOf('dsp', 'e'), items };
    expect(await act(world, world.owner, 'disposal.proposed', room, again, ledger)).toMatchObject(applied);
    const hash = getVault(world).disposals.get(again.disposal)?.proposal.hash ?? new Uint8Array(32);
    await act(world, ann, 'disposal.approved', room, { disposal: again.disposal, proposal: hash }, ledger);
    const stopped = { ...stop, disposal: again.disposal };
    expect(await actAsWarden(world, 'destruction.stopped', stopped, ledger)).toMatchObject(applied);
  });
  it('in a firm of one takes the same person a day later', async () => {
    const world = await createWorld({ records: true });
    const room = await openRoom(world, world.owner, 'a');
    const ledger = { ledger: world.vault };
    const items: readonly DisposalItem[] = [[idOf('rec', 'r'), 1, 'card', 5, seedOf('hw')]];
    await act(world, world.owner, 'disposal.proposed', room, { disposal, items }, ledger);
    const approve = { disposal, proposal: getProposal(world) };
    expect(await act(world, world.owner, 'disposal.approved', room, approve, ledger)).toEqual(
      isVoid('VOID_RIGHT'),
    );
    const early = { ...ledger, change: { t: world.nowMs + 24 * hourMs } };
    expect(await act(world, world.owner, 'disposal.approved', room, approve, early)).toEqual(
      isVoid('VOID_RIGHT'),
    );
    world.nowMs += 24 * hourMs;
    expect(await act(world, world.owner, 'disposal.approved', room, approve, ledger)).toMatchObject(applied);
  });
  it('of a firm where the others are suspended still takes two', async () => {
    const { world, ann, bob, room, items } = await createScene();
    for (const { person } of [ann, bob])
      await act(world, world.owner, 'person.suspended', 'firm', { person });
    const ledger = { ledger: world.vault };
    await act(world, world.owner, 'disposal.proposed', room, { disposal, items }, ledger);
    world.nowMs += 25 * hourMs;
    const approve = { disposal, proposal: getProposal(world) };
    expect(await act(world, world.owner, 'disposal.approved', room, approve, ledger)).toEqual(
      isVoid('VOID_RIGHT'),
    );
  });
});

describe('a hold', () => {
  it('stops proposing, approving and destroying until another person lifts it', async () => {
    const { world, ann, room, items } = await createScene();
    const ledger = { ledger: world.vault };
    const hold = idOf('hld', 'h');
    await act(world, world.owner, 'disposal.proposed', room, { disposal, items }, ledger);
    const placed = { hold, records: [idOf('rec', 'r')] };
    expect(await act(world, ann, 'hold.placed', room, placed, ledger)).toMatchObject(applied);
    expect(await act(world, ann, 'hold.placed', room, placed, ledger)).toEqual(isVoid('VOID_STATE'));
    expect(isHeld(getVault(world), room, idOf('rec', 'r'))).toBe(true);
    expect(isHeld(getVault(world), room, idOf('rec', 'other'))).toBe(false);
    const approve = { disposal, proposal: getProposal(world) };
    expect(await act(world, ann, 'disposal.approved', room, approve, ledger)).toEqual(isVoid('VOID_STATE'));
    expect(await act(world, ann, 'hold.lifted', room, { hold }, ledger)).toEqual(isVoid('VOID_RIGHT'));
    expect(await act(world, world.owner, 'hold.lifted', room, { hold }, ledger)).toMatchObject(applied);
    expect(await act(world, ann, 'disposal.approved', room, approve, ledger)).toMatchObject(applied);
    const whole = { hold: idOf('hld', 'i'), records: [] };
    expect(await act(world, ann, 'hold.placed', room, whole, ledger)).toMatchObject(applied);
    world.nowMs += disposalGraceMs;
    expect(await actAsWarden(world, 'destruction.intended', intent(room, items), ledger)).toEqual(
      isVoid('VOID_STATE'),
    );
    const stop = { c: [room] as const, disposal, code: 'HOLD_IN_FORCE' };
    expect(await actAsWarden(world, 'destruction.stopped', stop, ledger)).toMatchObject(applied);
    const next = { disposal: idOf('dsp', 'f'), items };
    expect(await act(world, ann, 'disposal.proposed', room, next, ledger)).toEqual(isVoid('VOID_STATE'));
  });
  it('is placed by officers and owners only', async () => {
    const { world, bob, room } = await createScene();
    const fields = { hold: idOf('hld', 'h'), records: [] };
    const ledger = { ledger: world.vault };
    expect(await act(world, bob, 'hold.placed', room, fields, ledger)).toEqual(isVoid('VOID_RIGHT'));
    expect(await act(world, world.owner, 'hold.lifted', room, { hold: fields.hold }, ledger)).toEqual(
      isVoid('VOID_STATE'),
    );
  });
});
