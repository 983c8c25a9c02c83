import { advanceOffice, checkEntry, decodeEntry, encodeEntry, judge, signBody } from '@strongroom/authority';
import { describe, expect, it } from 'vitest';
import {
  act,
  actAsServer,
  actAsWarden,
  append,
  bodyOf,
  createRoom,
  createWorld,
  deviceKeys,
  engine,
  enrol,
  grant,
  idOf,
  makeKeys,
  openRoom,
  seedOf,
  states,
  submit,
  write,
} from './kit/world.ts';

const applied = { kind: 'applied' };
function isVoid(code: string): object {
  return { kind: 'void', code };
}

describe('released, listed, leased', () => {
  it('need a valid device of the person, a member, and a room that is not frozen', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann');
    const room = await openRoom(world, world.owner, 'a');
    await grant(world, world.owner, room, ann.person);
    const ledger = { ledger: world.vault };
    const who = { d: ann.device.id, person: ann.person };
    const released = { ...who, parts: [[room, idOf('rec', 'r'), 1, 'card', 7] as const] };
    const listed = { ...who, room, lo: 1, hi: 9, count: 2, hash: seedOf('rows') };
    const leased = { ...who, rooms: [[room, 3] as const], kept: 0 };
    expect(await actAsServer(world, 'released', released, ledger)).toEqual(applied);
    expect(await actAsServer(world, 'listed', listed, ledger)).toEqual(applied);
    expect(await actAsServer(world, 'leased', leased, ledger)).toEqual(applied);
    expect(await actAsServer(world, 'listed', { ...listed, lo: 10 }, ledger)).toEqual(isVoid('VOID_FORM'));
    expect(await actAsServer(world, 'released', { ...released, person: world.owner.person }, ledger)).toEqual(
      isVoid('VOID_RIGHT'),
    );
    const signed = { ...ledger, signers: [ann.device] };
    expect(await actAsServer(world, 'released', released, signed)).toEqual(isVoid('VOID_SIGNER'));
    await act(world, world.owner, 'room.frozen', room, { room }, ledger);
    expect(await actAsServer(world, 'released', released, ledger)).toEqual(isVoid('VOID_RIGHT'));
    expect(await actAsServer(world, 'leased', leased, ledger)).toEqual(isVoid('VOID_RIGHT'));
    await act(world, world.owner, 'room.thawed', room, { room }, ledger);
    await act(world, world.owner, 'device.frozen', 'firm', { device: ann.device.id });
    expect(await actAsServer(world, 'released', released, ledger)).toEqual(isVoid('VOID_RIGHT'));
  });
});

describe('refused, signed-in, warden.refused, hour.cut', () => {
  it('change nothing, and lie where they belong', async () => {
    const world = await createWorld();
    const ledger = { ledger: world.vault };
    await createRoom(world, world.owner, 'a');
    const refused = { code: 'ACCESS_DENIED', of: 'open', count: 1 };
    expect(await actAsServer(world, 'refused', refused, ledger)).toEqual(applied);
    expect(
      await actAsServer(world, 'refused', refused, { ...ledger, signers: [world.owner.device] }),
    ).toEqual(isVoid('VOID_SIGNER'));
    const signedIn = { d: world.owner.device.id, person: world.owner.person, ok: true };
    expect(await actAsServer(world, 'signed-in', signedIn)).toEqual(applied);
    expect(await actAsServer(world, 'signed-in', signedIn, ledger)).toEqual(isVoid('VOID_FORM'));
    expect(await actAsWarden(world, 'warden.refused', { index: 0, code: 'VOID_RIGHT' }, ledger)).toEqual(
      applied,
    );
    expect(await actAsWarden(world, 'warden.refused', { index: 99, code: 'VOID_RIGHT' }, ledger)).toEqual(
      isVoid('VOID_STATE'),
    );
    const cut = { hour: 5, roots: [seedOf('a'), seedOf('b')] as const };
    expect(await actAsWarden(world, 'hour.cut', cut, ledger)).toEqual(applied);
    const forged = { ...ledger, signers: [{ id: 'warden' as const, seed: world.owner.device.seed }] };
    expect(await actAsWarden(world, 'hour.cut', cut, forged)).toEqual(isVoid('VOID_SIGNATURE'));
  });
});

describe('where and when an entry is judged', () => {
  it('refuses gaps, replays and stale heads', async () => {
    const world = await createWorld();
    const room = await openRoom(world, world.owner, 'a');
    const replayed = world.log.at(-1)?.bytes ?? new Uint8Array(0);
    expect(await append(world, world.vault, replayed)).toEqual(isVoid('VOID_CHAIN'));
    const ledger = world.vault;
    for (const c of [
      [room, 3, seedOf('x')],
      [room, 2, seedOf('x')],
      [idOf('rom', 'b'), 2, seedOf('x')],
    ]) {
      const verdict = await act(world, world.owner, 'room.frozen', room, { room }, { ledger, change: { c } });
      expect(verdict).toEqual(isVoid('VOID_CHAIN'));
    }
  });
  it('voids what another signs, and what the signer signed before he was there', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann');
    const room = await openRoom(world, world.owner, 'a');
    const ledger = { ledger: world.vault };
    const forged = { ...ledger, signers: [{ id: world.owner.device.id, seed: ann.device.seed }] };
    expect(await act(world, world.owner, 'room.frozen', room, { room }, forged)).toEqual(
      isVoid('VOID_SIGNATURE'),
    );
    const other = { ...ledger, signers: [ann.device] };
    expect(await act(world, world.owner, 'room.frozen', room, { room }, other)).toEqual(
      isVoid('VOID_SIGNER'),
    );
    const early = { ...ledger, change: { pos: { o: [0, 0, new Uint8Array(32)] } } };
    expect(await act(world, world.owner, 'room.frozen', room, { room }, early)).toEqual(
      isVoid('VOID_SIGNER'),
    );
  });
  it('judges a vault entry at the office size it carries', async () => {
    const world = await createWorld();
    const ann = await enrol(world, 'ann', ['opener']);
    const ledger = { ledger: world.vault };
    const before = world.office.size;
    await act(world, world.owner, 'person.suspended', 'firm', { person: ann.person });
    expect(await createRoom(world, ann, 'b')).toEqual(isVoid('VOID_SIGNER'));
    expect(await createRoom(world, ann, 'b', { ...ledger, officeSize: before })).toMatchObject(applied);
    expect(await createRoom(world, ann, 'c', { ...ledger, officeSize: before - 1 })).toEqual(
      isVoid('VOID_FORM'),
    );
    const body = bodyOf(
      world,
      world.owner.device,
      'room.frozen',
      idOf('rom', 'b'),
      { room: idOf('rom', 'b') },
      ledger,
    );
    const ahead = world.office.size + 1;
    await expect(submit(world, body, [world.owner.device], { officeSize: ahead })).rejects.toMatchObject({
      code: 'OFFICE_BEHIND',
    });
    advanceOffice(world.office, ahead);
    expect(await submit(world, body, [world.owner.device], { officeSize: ahead })).toMatchObject(applied);
  });
  it('voids a falling clock, a named index, and bytes that are no entry', async () => {
    const world = await createWorld();
    await createRoom(world, world.owner, 'a');
    world.nowMs -= 1;
    expect(await createRoom(world, world.owner, 'b')).toEqual(isVoid('VOID_FORM'));
    world.nowMs += 1;
    expect(await createRoom(world, world.owner, 'b', { isRefused: true })).toEqual(isVoid('VOID_REFUSED'));
    expect(await append(world, world.vault, Uint8Array.of(1, 2, 3))).toEqual(isVoid('VOID_FORM'));
    const officeEntry = world.log[0]?.bytes ?? new Uint8Array(0);
    expect(await append(world, world.vault, officeEntry)).toEqual(isVoid('VOID_FORM'));
    expect(await createRoom(world, world.owner, 'b')).toMatchObject(applied);
  });
  it('knows no vault before its statement, and no firm before genesis', async () => {
    const world = await createWorld();
    const { office } = world;
    const body = bodyOf(
      world,
      world.owner.device,
      'room.created',
      idOf('rom', 'a'),
      { room: idOf('rom', 'a'), type: 'main', class: 1, suite: 1 },
      { ledger: world.vault },
    );
    const signed = await signBody(engine, { body, signers: [world.owner.device] });
    const bytes = encodeEntry({ officeSize: 2, atMs: world.nowMs, ...signed, payload: null });
    const place = { index: 0, ledger: world.vault };
    expect(await judge(engine, states(world, world.vault), bytes, place)).toEqual(isVoid('VOID_STATE'));
    expect(office.size).toBe(3);
  });
  it('checks without changing anything', async () => {
    const world = await createWorld({ records: true });
    const room = await openRoom(world, world.owner, 'a');
    await write(world, world.owner, room, 'r', 1);
    const { bytes, index } = world.log.at(-1) ?? { bytes: new Uint8Array(0), index: 0 };
    const entry = decodeEntry(bytes);
    const view = states(world, world.vault);
    expect(checkEntry(engine, view, entry, { index: index + 1, ledger: world.vault })).toEqual(
      isVoid('VOID_CHAIN'),
    );
    expect(() => checkEntry(engine, view, entry, { index, ledger: world.vault })).toThrow('INPUT_INVALID');
    expect(() => checkEntry(engine, view, entry, { index, ledger: idOf('vlt', 'x') })).toThrow(
      'INPUT_INVALID',
    );
  });
});

describe('limits', () => {
  it('allows sixteen devices a person', async () => {
    const world = await createWorld();
    const last = [];
    for (let count = 2; count <= 17; count++) {
      const keys = await makeKeys(idOf('dev', `owner ${count}`), `owner device ${count}`);
      const fields = { device: deviceKeys(keys), boxesHash: seedOf('b') };
      last.push(await act(world, world.owner, 'device.added', world.owner.person, fields));
    }
    expect(last.slice(0, -1).every(({ kind }) => kind === 'applied')).toBe(true);
    expect(last.at(-1)).toEqual(isVoid('VOID_LIMIT'));
  });
});
