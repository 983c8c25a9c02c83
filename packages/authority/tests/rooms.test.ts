import { officeId } from '@strongroom/core';
import { canWriteUnderEpoch, isRotationDue, mayOpen, roleInRoom } from '@strongroom/authority';
import { describe, expect, it } from 'vitest';
import {
  act,
  actAsServer,
  createRoom,
  createWorld,
  enrol,
  grant,
  grantFields,
  hourMs,
  idOf,
  makeKeys,
  openRoom,
  rotate,
  rotationFields,
  seedOf,
  states,
  write,
  writtenFields,
} from './kit/world.ts';
import type { World } from './kit/world.ts';

const applied = { kind: 'applied' };
function isVoid(code: string): object {
  return { kind: 'void', code };
}
function now(world: World): { at: number; atMs: number } {
  return { at: world.office.size, atMs: world.nowMs };
}

describe('room.created', () => {
  it('makes its creator the manager', async () => {
    const world = await createWorld();
    expect(await createRoom(world, world.owner, 'a')).toMatchObject({ ...applied, chain: { n: 1 } });
    expect(roleInRoom(states(world, world.vault), idOf('rom', 'a'), world.owner.person, now(world))).toBe(
      'manager',
    );
  });
  it('is void without the role, twice, or of the wrong type', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann');
    expect(await createRoom(world, ann, 'a')).toEqual(isVoid('VOID_RIGHT'));
    expect(await createRoom(world, world.owner, 'a', { change: { type: 'firm' } })).toEqual(
      isVoid('VOID_STATE'),
    );
    await createRoom(world, world.owner, 'a');
    const again = { change: { c: [idOf('rom', 'a'), 0, new Uint8Array(32)] } };
    expect(await createRoom(world, world.owner, 'a', again)).toEqual(isVoid('VOID_CHAIN'));
    expect(await createRoom(world, world.owner, 'a')).toEqual(isVoid('VOID_STATE'));
  });
});

describe('access.granted', () => {
  it('makes a member, who may then open', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann');
    const room = await openRoom(world, world.owner, 'a');
    expect(await grant(world, world.owner, room, ann.person)).toMatchObject(applied);
    const ask = { ...now(world), room, person: ann.person, device: ann.device.id };
    expect(mayOpen(states(world, world.vault), ask)).toBe(true);
    expect(mayOpen(states(world, world.vault), { ...ask, device: world.owner.device.id })).toBe(false);
  });
  it('is void from a member, a stranger, to oneself, or to nobody', async () => {
    const world = await createWorld();
    const [ann, bob] = [await enrol(world, 'ann'), await enrol(world, 'bob')];
    const room = await openRoom(world, world.owner, 'a');
    expect(await grant(world, ann, room, ann.person)).toEqual(isVoid('VOID_RIGHT'));
    expect(await grant(world, ann, room, bob.person)).toEqual(isVoid('VOID_RIGHT'));
    await grant(world, world.owner, room, ann.person);
    expect(await grant(world, ann, room, bob.person)).toEqual(isVoid('VOID_RIGHT'));
    expect(await grant(world, world.owner, room, world.owner.person)).toEqual(isVoid('VOID_RIGHT'));
    expect(await grant(world, world.owner, room, idOf('per', 'nobody'))).toEqual(isVoid('VOID_STATE'));
  });
  it('is stale when generation or chain head are not the newest', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann');
    const room = await openRoom(world, world.owner, 'a');
    const old = grantFields(world, room, ann.person);
    const made = {
      n: 2,
      kem: (await makeKeys('', 'ann 2')).kem,
      boxesHash: seedOf('b'),
      previousHash: seedOf('p'),
    };
    expect(await act(world, ann, 'generation.made', ann.person, made)).toMatchObject(applied);
    const stale = { ledger: world.vault };
    expect(await act(world, world.owner, 'access.granted', room, old, stale)).toEqual(
      isVoid('STALE_RECIPIENT'),
    );
    const mixed = { ...grantFields(world, room, ann.person), generation: 1 };
    expect(await act(world, world.owner, 'access.granted', room, mixed, stale)).toEqual(
      isVoid('STALE_RECIPIENT'),
    );
  });
  it('is void with another fingerprint, epoch, or an end that has passed', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann');
    const room = await openRoom(world, world.owner, 'a');
    for (const change of [{ fingerprint: new Uint8Array(16) }, { epoch: 2 }, { endsAt: world.nowMs }]) {
      expect(await grant(world, world.owner, room, ann.person, { change })).toEqual(isVoid('VOID_STATE'));
    }
  });
  it('ends by itself, and makes a rotation due', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann');
    const room = await openRoom(world, world.owner, 'a');
    const endsAt = world.nowMs + hourMs;
    await grant(world, world.owner, room, ann.person, { change: { endsAt } });
    const view = states(world, world.vault);
    expect(isRotationDue(view, room, now(world))).toEqual({ due: false });
    world.nowMs = endsAt;
    expect(roleInRoom(view, room, ann.person, now(world))).toBeUndefined();
    expect(isRotationDue(view, room, now(world))).toEqual({ due: true, sinceMs: endsAt });
  });
});

describe('access.revoked', () => {
  it('ends membership at once and makes a rotation due; a member may leave', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann');
    const room = await openRoom(world, world.owner, 'a');
    await grant(world, world.owner, room, ann.person);
    const fields = { room, person: ann.person };
    expect(await act(world, ann, 'access.revoked', room, fields, { ledger: world.vault })).toMatchObject(
      applied,
    );
    const view = states(world, world.vault);
    expect(mayOpen(view, { ...now(world), room, person: ann.person })).toBe(false);
    expect(isRotationDue(view, room, now(world)).due).toBe(true);
    const released = {
      d: ann.device.id,
      person: ann.person,
      parts: [[room, idOf('rec', 'r'), 1, 'card', 1]],
    } as const;
    const line = await actAsServer(world, 'released', released, { ledger: world.vault });
    expect(line).toEqual(isVoid('VOID_RIGHT'));
  });
  it('of the last manager takes an owner; by strangers it is void', async () => {
    const world = await createWorld();
    const [ann, bob] = [await enrol(world, 'ann', ['opener']), await enrol(world, 'bob')];
    const room = await openRoom(world, ann, 'a');
    const ledger = { ledger: world.vault };
    const leave = { room, person: ann.person };
    expect(await act(world, ann, 'access.revoked', room, leave, ledger)).toEqual(isVoid('VOID_RIGHT'));
    expect(await act(world, bob, 'access.revoked', room, leave, ledger)).toEqual(isVoid('VOID_RIGHT'));
    expect(await act(world, world.owner, 'access.revoked', room, leave, ledger)).toEqual(
      isVoid('VOID_RIGHT'),
    );
    await grant(world, ann, room, world.owner.person, { role: 'manager' });
    expect(await act(world, world.owner, 'access.revoked', room, leave, ledger)).toMatchObject(applied);
    expect(await act(world, world.owner, 'access.revoked', room, leave, ledger)).toEqual(
      isVoid('VOID_STATE'),
    );
    const last = { room, person: world.owner.person };
    expect(await act(world, world.owner, 'access.revoked', room, last, ledger)).toMatchObject(applied);
  });
});

describe('epoch.rotated', () => {
  it('may be made by a member only while due, to exactly the members', async () => {
    const world = await createWorld();
    const [ann, bob] = [await enrol(world, 'ann'), await enrol(world, 'bob')];
    const room = await openRoom(world, world.owner, 'a');
    await grant(world, world.owner, room, ann.person);
    expect(await rotate(world, ann, room)).toEqual(isVoid('VOID_RIGHT'));
    expect(await rotate(world, bob, room)).toEqual(isVoid('VOID_RIGHT'));
    expect(await rotate(world, world.owner, room)).toMatchObject(applied);
    const dispute = { room, n: 2 };
    expect(await act(world, bob, 'epoch.disputed', room, dispute, { ledger: world.vault })).toEqual(
      isVoid('VOID_RIGHT'),
    );
    const late = await act(world, ann, 'epoch.disputed', room, { room, n: 1 }, { ledger: world.vault });
    expect(late).toEqual(isVoid('VOID_STATE'));
    expect(await act(world, ann, 'epoch.disputed', room, dispute, { ledger: world.vault })).toMatchObject(
      applied,
    );
    const exact = rotationFields(world, room, world.vault);
    const { generation, head } = grantFields(world, room, bob.person);
    const more = [...exact.recipients, [bob.person, generation, head]];
    expect(await rotate(world, ann, room, { change: { recipients: more } })).toEqual(
      isVoid('STALE_RECIPIENT'),
    );
    const fewer = exact.recipients.slice(1);
    expect(await rotate(world, ann, room, { change: { recipients: fewer } })).toEqual(
      isVoid('STALE_RECIPIENT'),
    );
    const turned = exact.recipients.toReversed();
    expect(await rotate(world, ann, room, { change: { recipients: turned } })).toEqual(
      isVoid('STALE_RECIPIENT'),
    );
    expect(await rotate(world, ann, room, { change: { recovery: 2 } })).toEqual(isVoid('STALE_RECIPIENT'));
    expect(await rotate(world, ann, room, { change: { n: 4 } })).toEqual(isVoid('VOID_STATE'));
    expect(await rotate(world, ann, room)).toMatchObject(applied);
  });
  it('is due after a suspension, a wall and a new generation, and leaves the person out', async () => {
    const world = await createWorld();
    const [ann, bob] = [await enrol(world, 'ann'), await enrol(world, 'bob')];
    const room = await openRoom(world, world.owner, 'a');
    for (const who of [ann, bob]) await grant(world, world.owner, room, who.person);
    const view = states(world, world.vault);
    world.nowMs += 5;
    await act(world, world.owner, 'person.suspended', 'firm', { person: bob.person });
    expect(isRotationDue(view, room, now(world))).toEqual({ due: true, sinceMs: world.nowMs });
    expect(rotationFields(world, room, world.vault).recipients.map(([person]) => person)).not.toContain(
      bob.person,
    );
    expect(await rotate(world, ann, room)).toMatchObject(applied);
    expect(isRotationDue(view, room, now(world))).toEqual({ due: false });
    await act(world, world.owner, 'person.reinstated', 'firm', { person: bob.person });
    expect(isRotationDue(view, room, now(world))).toEqual({ due: false });
    await act(world, world.owner, 'wall.raised', 'firm', {
      wall: idOf('wal', 'w'),
      person: ann.person,
      rooms: [room],
    });
    expect(isRotationDue(view, room, now(world)).due).toBe(true);
    expect(roleInRoom(view, room, ann.person, now(world))).toBeUndefined();
    expect(await rotate(world, ann, room)).toEqual(isVoid('VOID_RIGHT'));
    expect(await rotate(world, bob, room)).toMatchObject(applied);
  });
});

describe('written', () => {
  it('needs membership, the kit noted or two ways in, and an epoch in order', async () => {
    const world = await createWorld({ records: true });
    const ann = await enrol(world, 'ann');
    const room = await openRoom(world, world.owner, 'a');
    expect(await write(world, ann, room, 'r', 1)).toEqual(isVoid('VOID_RIGHT'));
    await grant(world, world.owner, room, ann.person);
    expect(await write(world, ann, room, 'r', 1)).toMatchObject({ ...applied, chain: { n: 4 } });
    const wrong = { ...writtenFields(room, 'r', 2, 2) };
    expect(await act(world, ann, 'written', room, wrong, { ledger: world.vault })).toEqual(
      isVoid('VOID_STATE'),
    );
    const bodyOnly = {
      ...writtenFields(room, 'r', 2, 1),
      wraps: writtenFields(room, 'r', 2, 1).wraps.slice(1),
    };
    expect(await act(world, ann, 'written', room, bodyOnly, { ledger: world.vault })).toEqual(
      isVoid('VOID_FORM'),
    );
  });
  it('stops while the room is frozen, and when a due rotation is over its grace', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann');
    const room = await openRoom(world, world.owner, 'a');
    await grant(world, world.owner, room, ann.person);
    const ledger = { ledger: world.vault };
    expect(await act(world, ann, 'room.frozen', room, { room }, ledger)).toEqual(isVoid('VOID_RIGHT'));
    expect(await act(world, world.owner, 'room.frozen', room, { room }, ledger)).toMatchObject(applied);
    expect(await write(world, world.owner, room, 'r', 1)).toEqual(isVoid('VOID_STATE'));
    expect(await act(world, world.owner, 'room.thawed', room, { room }, ledger)).toMatchObject(applied);
    await act(world, world.owner, 'access.revoked', room, { room, person: ann.person }, ledger);
    world.nowMs += 72 * hourMs;
    expect(await write(world, world.owner, room, 'r', 1)).toMatchObject(applied);
    world.nowMs += 1;
    expect(await write(world, world.owner, room, 'r', 2)).toEqual(isVoid('VOID_STATE'));
    expect(await rotate(world, world.owner, room)).toMatchObject(applied);
    const old = { change: { wraps: writtenFields(room, 'r', 2, 1).wraps } };
    expect(await write(world, world.owner, room, 'r', 2, old)).toMatchObject(applied);
    const view = states(world, world.vault);
    const secret = { ...now(world), atMs: world.nowMs + 25 * hourMs, class: 3 } as const;
    expect(canWriteUnderEpoch(view, room, 1, secret)).toBe(false);
    world.nowMs += 72 * hourMs + 1;
    expect(await write(world, world.owner, room, 'r', 3, old)).toEqual(isVoid('VOID_STATE'));
    expect(await write(world, world.owner, room, 'r', 3)).toMatchObject(applied);
  });
  it('with a wrong version takes its chain number and makes no version, alike with and without record rows', async () => {
    const kept = await createWorld({ records: true });
    const bare = await createWorld();
    for (const world of [kept, bare]) {
      const room = await openRoom(world, world.owner, 'a');
      expect(await write(world, world.owner, room, 'r', 2)).toMatchObject({ ...applied, chain: { n: 3 } });
    }
    expect(kept.log.at(-1)?.verdict).toMatchObject({ note: 'VERSION_IGNORED' });
    expect(bare.log.at(-1)?.verdict).not.toHaveProperty('note');
    expect(kept.vaults.get(kept.vault)?.rooms.get(idOf('rom', 'a'))?.records.size).toBe(0);
  });
});

describe('shared', () => {
  it('takes a number in both rooms, from a manager of the home room who is a member of the other', async () => {
    const world = await createWorld({ records: true });
    const ann = await enrol(world, 'ann', ['opener']);
    const home = await openRoom(world, world.owner, 'home');
    const other = await openRoom(world, ann, 'other');
    await write(world, world.owner, home, 'r', 1);
    const fields = {
      room: other,
      from: home,
      record: idOf('rec', 'r'),
      version: 1,
      wraps: writtenFields(other, 'share', 1, 1).wraps,
    };
    const ledger = { ledger: world.vault };
    expect(await act(world, world.owner, 'shared', home, fields, ledger)).toEqual(isVoid('VOID_RIGHT'));
    await grant(world, ann, other, world.owner.person);
    expect(await act(world, world.owner, 'shared', home, fields, ledger)).toMatchObject({
      ...applied,
      chain: { id: home, n: 4 },
      also: { id: other, n: 4 },
    });
    expect(await act(world, ann, 'shared', home, fields, ledger)).toEqual(isVoid('VOID_RIGHT'));
    const unknown = await act(world, world.owner, 'shared', home, { ...fields, version: 2 }, ledger);
    expect(unknown).toMatchObject({ ...applied, note: 'RECORD_UNKNOWN' });
    const elsewhere = await act(world, world.owner, 'shared', other, fields, ledger);
    expect(elsewhere).toEqual(isVoid('VOID_CHAIN'));
  });
});

describe('class.set, history.granted', () => {
  it('raises by a manager, lowers by officer or owner', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann', ['opener']);
    const room = await openRoom(world, ann, 'a');
    const ledger = { ledger: world.vault };
    expect(await act(world, world.owner, 'class.set', room, { room, class: 2 }, ledger)).toEqual(
      isVoid('VOID_RIGHT'),
    );
    expect(await act(world, ann, 'class.set', room, { room, class: 3 }, ledger)).toMatchObject(applied);
    expect(await act(world, ann, 'class.set', room, { room, class: 1 }, ledger)).toEqual(
      isVoid('VOID_RIGHT'),
    );
    expect(await act(world, world.owner, 'class.set', room, { room, class: 3 }, ledger)).toEqual(
      isVoid('VOID_STATE'),
    );
    expect(await act(world, world.owner, 'class.set', room, { room, class: 0 }, ledger)).toMatchObject(
      applied,
    );
  });
  it('gives history to members, of epochs that are', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann');
    const room = await openRoom(world, world.owner, 'a');
    const ledger = { ledger: world.vault };
    const fields = { room, person: ann.person, epochs: [1, 1] as const, bundle: seedOf('b') };
    expect(await act(world, world.owner, 'history.granted', room, fields, ledger)).toEqual(
      isVoid('VOID_STATE'),
    );
    await grant(world, world.owner, room, ann.person);
    expect(await act(world, ann, 'history.granted', room, fields, ledger)).toEqual(isVoid('VOID_RIGHT'));
    const beyond = { ...fields, epochs: [1, 2] as const };
    expect(await act(world, world.owner, 'history.granted', room, beyond, ledger)).toEqual(
      isVoid('VOID_STATE'),
    );
    expect(await act(world, world.owner, 'history.granted', room, fields, ledger)).toMatchObject(applied);
  });
});

describe('rooms of the office', () => {
  it('live in the office ledger', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann');
    const ledger = { ledger: officeId };
    expect(await rotate(world, world.owner, world.staffRoom, ledger)).toMatchObject(applied);
    expect(await grant(world, world.owner, world.staffRoom, ann.person, ledger)).toMatchObject(applied);
    expect(roleInRoom({ office: world.office }, world.staffRoom, ann.person, now(world))).toBe('member');
    const made = await createRoom(world, world.owner, 'x', { ledger: officeId, change: { type: 'firm' } });
    expect(made).toMatchObject(applied);
  });
});
