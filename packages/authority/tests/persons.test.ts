import { officeId } from '@strongroom/core';
import {
  canWriteAtAll,
  hasRole,
  isActive,
  isDeviceValid,
  isGenerationDue,
  isWalled,
} from '@strongroom/authority';
import type { BodyOf } from '@strongroom/authority';
import { describe, expect, it } from 'vitest';
import {
  act,
  createRoom,
  createWorld,
  deviceKeys,
  enrol,
  enrolBody,
  genesisBody,
  hourMs,
  idOf,
  invitationSigner,
  invite,
  makeKeys,
  makeSomeone,
  noteKit,
  seedOf,
  submit,
  unlockKeys,
} from './kit/world.ts';
import type { World } from './kit/world.ts';

const applied = { kind: 'applied' };
function isVoid(code: string): object {
  return { kind: 'void', code };
}
function size(world: World): number {
  return world.office.size;
}

describe('firm.created', () => {
  it('gives the first person owner, administrator and opener, and both rooms', async () => {
    const { office, owner } = await createWorld();
    for (const role of ['owner', 'administrator', 'opener'] as const) {
      expect(hasRole(office, owner.person, role, office.size)).toBe(true);
    }
    expect(hasRole(office, owner.person, 'officer', office.size)).toBe(false);
    expect([...office.own.rooms.values()].map(({ grants }) => grants.get(owner.person)?.role)).toEqual([
      'manager',
      'manager',
    ]);
  });
  it('is void a second time, and without each unlock', async () => {
    const world = await createWorld();
    const recovery = (await makeKeys('', 'recovery')).kem;
    const again = {
      ...genesisBody(world.owner, world.warden, recovery),
      c: ['firm', 2, world.office.chain.head],
    };
    const { device, unlocks } = world.owner;
    const body = again as unknown as BodyOf<'firm.created'>;
    expect(await submit(world, body, [device, ...unlocks])).toEqual(isVoid('VOID_STATE'));
    expect(await submit(world, body, [device])).toEqual(isVoid('VOID_SIGNER'));
  });
});

describe('person.invited, invitation.withdrawn, person.enrolled', () => {
  it('enrols once, with the invited roles', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann', ['auditor']);
    expect(hasRole(world.office, ann.person, 'auditor', size(world))).toBe(true);
    const body = await enrolBody(world, ann, 'ann');
    const signers = [ann.device, ...ann.unlocks, invitationSigner('ann')];
    expect(await submit(world, body, signers)).toEqual(isVoid('VOID_CHAIN'));
  });
  it('is the administrator’s; more than opener and auditor is the owner’s', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann');
    expect(await invite(world, ann, 'bob')).toEqual(isVoid('VOID_RIGHT'));
    await act(world, world.owner, 'role.granted', 'firm', { person: ann.person, role: 'administrator' });
    expect(await invite(world, ann, 'bob', ['officer'])).toEqual(isVoid('VOID_RIGHT'));
    expect(await invite(world, ann, 'bob', ['opener'])).toMatchObject(applied);
    expect(await invite(world, ann, 'bob')).toEqual(isVoid('VOID_STATE'));
    const long = { change: { endsAt: world.nowMs + 31 * 24 * hourMs } };
    expect(await invite(world, ann, 'eve', [], long)).toEqual(isVoid('VOID_LIMIT'));
  });
  it('is void when ended, withdrawn, for another person, with known keys, or without a signature', async () => {
    const world = await createWorld();
    await invite(world, world.owner, 'ann');
    const ann = await makeSomeone('ann');
    const signers = [ann.device, ...ann.unlocks, invitationSigner('ann')];
    const body = await enrolBody(world, ann, 'ann');
    expect(await submit(world, body, signers.slice(0, -1))).toEqual(isVoid('VOID_SIGNER'));
    const wrong = [...signers.slice(0, -1), { ...invitationSigner('ann'), seed: seedOf('guess') }];
    expect(await submit(world, body, wrong)).toEqual(isVoid('VOID_SIGNATURE'));
    const known = { ...body, device: { ...body.device, kem: world.owner.device.kem } };
    expect(await submit(world, known, signers)).toEqual(isVoid('VOID_STATE'));
    const other = {
      ...body,
      person: idOf('per', 'eve'),
      c: [idOf('per', 'eve'), 0, new Uint8Array(32)] as const,
    };
    expect(await submit(world, other, signers)).toEqual(isVoid('VOID_STATE'));
    const before = world.nowMs;
    world.nowMs += 24 * hourMs;
    const { nowMs } = world;
    expect(await submit(world, body, signers)).toEqual(isVoid('VOID_STATE'));
    world.nowMs = before;
    const withdrawn = { invitation: idOf('inv', 'ann') };
    expect(await act(world, world.owner, 'invitation.withdrawn', 'firm', withdrawn)).toMatchObject(applied);
    expect(await act(world, world.owner, 'invitation.withdrawn', 'firm', withdrawn)).toEqual(
      isVoid('VOID_STATE'),
    );
    expect(await submit(world, body, signers)).toEqual(isVoid('VOID_STATE'));
    expect(nowMs).toBeGreaterThan(before);
  });
});

describe('devices and unlocks', () => {
  it('are added by an own device or unlock, never by another person', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann');
    const second = await makeKeys(idOf('dev', 'ann 2'), 'ann second');
    const fields = { device: deviceKeys(second), boxesHash: seedOf('b') };
    expect(await act(world, world.owner, 'device.added', ann.person, fields)).toEqual(isVoid('VOID_RIGHT'));
    const kit = ann.unlocks[1] ?? ann.device;
    expect(await act(world, kit, 'device.added', ann.person, fields)).toMatchObject(applied);
    expect(isDeviceValid(world.office, second.id, size(world))).toBe(true);
    expect(await act(world, ann, 'device.added', ann.person, fields)).toEqual(isVoid('VOID_STATE'));
    const same = { ...fields, device: { ...fields.device, id: idOf('dev', 'ann 3') } };
    expect(await act(world, ann, 'device.added', ann.person, same)).toEqual(isVoid('VOID_STATE'));
    const crafted = { id: idOf('dev', 'ann 3'), sign: new Uint8Array(32), kem: world.owner.device.kem };
    expect(await act(world, ann, 'device.added', ann.person, { ...fields, device: crafted })).toMatchObject({
      kind: 'void',
    });
    const unlock = await makeKeys(idOf('unl', 'ann 9'), 'ann nine');
    const added = { unlock: { ...unlockKeys({ ...unlock, type: 'passkey' }) }, boxesHash: seedOf('b') };
    expect(await act(world, kit, 'unlock.added', ann.person, added)).toEqual(isVoid('VOID_SIGNER'));
    expect(await act(world, ann, 'unlock.added', ann.person, added)).toMatchObject(applied);
  });
  it('end at once, at the index of their end, and make a generation due', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann');
    const second = await makeKeys(idOf('dev', 'ann 2'), 'ann second');
    const revoke = { device: ann.device.id, reason: 'lost' } as const;
    expect(await act(world, ann, 'device.revoked', ann.person, revoke)).toEqual(isVoid('VOID_STATE'));
    await act(world, ann, 'device.added', ann.person, { device: deviceKeys(second), boxesHash: seedOf('b') });
    const before = size(world);
    expect(await act(world, second, 'device.revoked', ann.person, revoke)).toMatchObject(applied);
    expect(isDeviceValid(world.office, ann.device.id, before)).toBe(true);
    expect(isDeviceValid(world.office, ann.device.id, size(world))).toBe(false);
    expect(isGenerationDue(world.office, ann.person, size(world))).toBe(true);
    expect(await noteKit(world, ann)).toEqual(isVoid('VOID_SIGNER'));
    const made = {
      n: 2,
      kem: (await makeKeys('', 'g2')).kem,
      boxesHash: seedOf('b'),
      previousHash: seedOf('p'),
    };
    const skipped = { ...made, n: 3 };
    expect(await act(world, second, 'generation.made', ann.person, skipped)).toEqual(isVoid('VOID_STATE'));
    expect(await act(world, second, 'generation.made', ann.person, made)).toMatchObject(applied);
    expect(isGenerationDue(world.office, ann.person, size(world))).toBe(false);
  });
  it('freeze by an administrator and thaw by an owner', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann');
    const bob = await enrol(world, 'bob');
    const device = { device: ann.device.id };
    expect(await act(world, bob, 'device.frozen', 'firm', device)).toEqual(isVoid('VOID_RIGHT'));
    expect(await act(world, world.owner, 'device.frozen', 'firm', device)).toMatchObject(applied);
    expect(await act(world, world.owner, 'device.frozen', 'firm', device)).toEqual(isVoid('VOID_STATE'));
    expect(isDeviceValid(world.office, ann.device.id, size(world))).toBe(false);
    expect(await act(world, ann, 'device.thawed', 'firm', device)).toEqual(isVoid('VOID_SIGNER'));
    expect(await act(world, world.owner, 'device.thawed', 'firm', device)).toMatchObject(applied);
    expect(await act(world, world.owner, 'device.thawed', 'firm', device)).toEqual(isVoid('VOID_STATE'));
    expect(isDeviceValid(world.office, ann.device.id, size(world))).toBe(true);
  });
  it('count for writing: a second device, or a passkey beside another way in', async () => {
    const world = await createWorld();
    await invite(world, world.owner, 'ann');
    const ann = await makeSomeone('ann');
    const body = await enrolBody(world, ann, 'ann');
    await submit(world, body, [ann.device, ...ann.unlocks, invitationSigner('ann')]);
    expect(canWriteAtAll(world.office, ann.person, size(world))).toBe(false);
    const removed = { unlock: ann.unlocks[1]?.id ?? idOf('unl', '') };
    expect(await act(world, ann, 'unlock.removed', ann.person, removed)).toMatchObject(applied);
    const last = { unlock: ann.unlocks[0]?.id ?? idOf('unl', '') };
    expect(await act(world, ann, 'unlock.removed', ann.person, last)).toEqual(isVoid('VOID_STATE'));
    const second = await makeKeys(idOf('dev', 'ann 2'), 'ann second');
    await act(world, ann, 'device.added', ann.person, { device: deviceKeys(second), boxesHash: seedOf('b') });
    expect(canWriteAtAll(world.office, ann.person, size(world))).toBe(true);
  });
});

describe('suspension, roles, vaults, walls', () => {
  it('suspends nobody who is an owner, nor oneself', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann');
    await act(world, world.owner, 'role.granted', 'firm', { person: ann.person, role: 'administrator' });
    const suspend = (who: typeof ann, person: typeof ann.person): ReturnType<typeof act> =>
      act(world, who, 'person.suspended', 'firm', { person });
    expect(await suspend(ann, world.owner.person)).toEqual(isVoid('VOID_RIGHT'));
    expect(await suspend(ann, ann.person)).toEqual(isVoid('VOID_RIGHT'));
    expect(await suspend(world.owner, ann.person)).toMatchObject(applied);
    expect(isActive(world.office, ann.person, size(world))).toBe(false);
    expect(hasRole(world.office, ann.person, 'administrator', size(world))).toBe(false);
    expect(await invite(world, ann, 'bob')).toEqual(isVoid('VOID_SIGNER'));
    const back = { person: ann.person };
    expect(await act(world, world.owner, 'person.reinstated', 'firm', back)).toMatchObject(applied);
    expect(await act(world, world.owner, 'person.reinstated', 'firm', back)).toEqual(isVoid('VOID_STATE'));
    expect(await invite(world, ann, 'bob')).toMatchObject(applied);
  });
  it('keeps an owner', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann');
    const own = { person: world.owner.person, role: 'owner' } as const;
    expect(await act(world, world.owner, 'role.revoked', 'firm', own)).toEqual(isVoid('VOID_STATE'));
    const her = { person: ann.person, role: 'owner' } as const;
    expect(await act(world, ann, 'role.granted', 'firm', her)).toEqual(isVoid('VOID_RIGHT'));
    expect(await act(world, world.owner, 'role.granted', 'firm', her)).toMatchObject(applied);
    expect(await act(world, world.owner, 'role.granted', 'firm', her)).toEqual(isVoid('VOID_STATE'));
    expect(await act(world, ann, 'role.revoked', 'firm', own)).toMatchObject(applied);
    expect(await act(world, ann, 'role.revoked', 'firm', her)).toEqual(isVoid('VOID_STATE'));
  });
  it('creates vaults by an owner, once each, with a known warden', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann');
    const fields = { vault: idOf('vlt', 'two'), edition: 0, warden: 1, vkey: 'v+k' };
    expect(await act(world, ann, 'vault.created', 'firm', fields)).toEqual(isVoid('VOID_RIGHT'));
    expect(await act(world, world.owner, 'vault.created', 'firm', { ...fields, warden: 2 })).toEqual(
      isVoid('VOID_STATE'),
    );
    expect(await act(world, world.owner, 'vault.created', 'firm', { ...fields, vault: officeId })).toEqual(
      isVoid('VOID_STATE'),
    );
    expect(await act(world, world.owner, 'vault.created', 'firm', fields)).toMatchObject(applied);
    expect(await act(world, world.owner, 'vault.created', 'firm', fields)).toEqual(isVoid('VOID_STATE'));
  });
  it('raises and lifts walls; nobody lifts his own', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann');
    await act(world, world.owner, 'role.granted', 'firm', { person: ann.person, role: 'officer' });
    const room = idOf('rom', 'a');
    const raise = { wall: idOf('wal', 'w'), person: ann.person, rooms: [room] };
    const bob = await enrol(world, 'bob');
    expect(await act(world, bob, 'wall.raised', 'firm', raise)).toEqual(isVoid('VOID_RIGHT'));
    expect(await act(world, world.owner, 'wall.raised', 'firm', { ...raise, rooms: [room, room] })).toEqual(
      isVoid('VOID_FORM'),
    );
    expect(await act(world, world.owner, 'wall.raised', 'firm', raise)).toMatchObject(applied);
    expect(isWalled(world.office, ann.person, room, size(world))).toBe(true);
    await createRoom(world, world.owner, 'a');
    const freeze = await act(world, ann, 'room.frozen', room, { room }, { ledger: world.vault });
    expect(freeze).toEqual(isVoid('VOID_RIGHT'));
    const lift = { wall: raise.wall };
    expect(await act(world, ann, 'wall.lifted', 'firm', lift)).toEqual(isVoid('VOID_RIGHT'));
    expect(await act(world, world.owner, 'wall.lifted', 'firm', lift)).toMatchObject(applied);
    expect(await act(world, world.owner, 'wall.lifted', 'firm', lift)).toEqual(isVoid('VOID_STATE'));
    expect(isWalled(world.office, ann.person, room, size(world))).toBe(false);
  });
});

describe('kit.noted', () => {
  it('is the person’s own, once', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann');
    expect(await noteKit(world, ann)).toEqual(isVoid('VOID_STATE'));
    const forOther = await act(world, world.owner, 'kit.noted', ann.person, { text: 'lost-kit-means-reset' });
    expect(forOther).toEqual(isVoid('VOID_RIGHT'));
  });
});
