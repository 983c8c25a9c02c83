import { officeId } from '@strongroom/core';
import {
  chainHeadOf,
  decodeState,
  encodeState,
  mayReadChain,
  mayReadLedger,
  membersOf,
  newestVersion,
  recordsOf,
} from '@strongroom/authority';
import { describe, expect, it } from 'vitest';
import { act, createWorld, enrol, grant, idOf, openRoom, states, write } from './kit/world.ts';

describe('who may read', () => {
  it('a room’s chain: its members, auditors, officers and owners, unless walled off', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann');
    const bob = await enrol(world, 'bob');
    const eve = await enrol(world, 'eve', ['auditor']);
    const room = await openRoom(world, world.owner, 'a');
    await grant(world, world.owner, room, ann.person);
    const view = states(world, world.vault);
    const now = (): { at: number; atMs: number } => ({ at: world.office.size, atMs: world.nowMs });
    expect(mayReadChain(view, room, ann.person, now())).toBe(true);
    expect(mayReadChain(view, room, bob.person, now())).toBe(false);
    expect(mayReadChain(view, room, eve.person, now())).toBe(true);
    await act(world, world.owner, 'wall.raised', 'firm', {
      wall: idOf('wal', 'w'),
      person: eve.person,
      rooms: [room],
    });
    expect(mayReadChain(view, room, eve.person, now())).toBe(false);
    expect(mayReadChain(view, 'firm', bob.person, now())).toBe(true);
    expect(mayReadChain(view, bob.person, bob.person, now())).toBe(true);
    expect(mayReadChain(view, world.owner.person, ann.person, now())).toBe(true);
    expect(mayReadChain(view, world.owner.person, bob.person, now())).toBe(false);
    expect(mayReadChain(view, bob.person, ann.person, now())).toBe(false);
    expect(mayReadLedger(view, eve.person, now())).toBe(true);
    expect(mayReadLedger(view, ann.person, now())).toBe(false);
    await act(world, world.owner, 'person.suspended', 'firm', { person: ann.person });
    expect(mayReadChain(view, room, ann.person, now())).toBe(false);
    expect(mayReadChain(view, 'firm', ann.person, now())).toBe(false);
  });
});

describe('record rows', () => {
  it('are kept only where asked for', async () => {
    for (const records of [true, false]) {
      const world = await createWorld({ records });
      const room = await openRoom(world, world.owner, 'a');
      await write(world, world.owner, room, 'r', 1);
      await write(world, world.owner, room, 'r', 2);
      const vault = world.vaults.get(world.vault);
      if (vault === undefined) throw new Error('the vault exists');
      expect(recordsOf(vault, room).map(({ version }) => version)).toEqual(records ? [1, 2] : []);
      expect(newestVersion(vault, room, idOf('rec', 'r'))).toBe(records ? 2 : undefined);
      expect(newestVersion(vault, room, idOf('rec', 'other'))).toBe(records ? 0 : undefined);
    }
  });
});

describe('states', () => {
  it('come back from bytes, and refuse others', async () => {
    const world = await createWorld({ records: true });
    const bytes = encodeState(world.office);
    expect(encodeState(decodeState(bytes, 'office'))).toEqual(bytes);
    expect(() => decodeState(bytes, 'vault')).toThrow('STATE_INVALID');
    expect(() => decodeState(bytes.subarray(1), 'office')).toThrow('STATE_INVALID');
  });
  it('name members in the order of their ids, and chains by their ids', async () => {
    const world = await createWorld();
    const people = [world.owner, await enrol(world, 'ann'), await enrol(world, 'bob')];
    const room = await openRoom(world, world.owner, 'a');
    for (const { person } of people.slice(1)) await grant(world, world.owner, room, person);
    const view = states(world, world.vault);
    const members = membersOf(view, room, { at: world.office.size, atMs: world.nowMs });
    expect(members.map(({ person }) => person)).toEqual(people.map(({ person }) => person).toSorted());
    expect(chainHeadOf(view, room).n).toBe(4);
    expect(chainHeadOf({ office: world.office }, room).n).toBe(0);
    expect(chainHeadOf(view, world.owner.person).n).toBe(1);
    expect(world.office.own.id).toBe(officeId);
  });
});
