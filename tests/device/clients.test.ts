/** Clients by the hundred: imported, listed, searched, changed, and kept from whoever may no longer see them. */
// long: one firm answers every question about lists, because founding it takes seconds.
import type { VaultId } from '@strongroom/core';
import type { ClientPart, Device } from '@strongroom/device';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, FirmWorld } from './firm-world.ts';
import type { TestDevice } from './firm-world.ts';

const dayMs = 86_400_000;
let world: FirmWorld;
let ada: TestDevice;
let ben: TestDevice;
let vault: VaultId;

beforeAll(async () => {
  world = await FirmWorld.start();
  ada = await world.foundFirm();
  ({ vault } = await ada.device.vaults.add({ name: 'Group' }));
  const invited = await ada.device.people.invite({ name: 'Ben', roles: ['opener'] });
  ben = await world.enrol(invited.code);
  const { fingerprint } = await showPerson(invited.person);
  await ada.device.people.admit({ person: invited.person, fingerprint: fingerprint ?? '' });
  await ben.device.sync();
});
afterAll(async () => await world.close());
afterEach(() => {
  ada.transport.mutator = undefined;
  ben.transport.mutator = undefined;
});

async function showPerson(
  person: Parameters<Device['people']['show']>[0],
): ReturnType<Device['people']['show']> {
  await ada.device.sync();
  return await ada.device.people.show(person);
}

async function namesOf(who: TestDevice, refresh = true): Promise<string[]> {
  return (await who.device.clients.list({ vault, refresh })).map(({ name }) => name ?? '').sort();
}

const sealedNames = (who: TestDevice, part: string): string[] =>
  [...who.storage.entries.keys()].filter((key) => key.startsWith(`sealed/${part}`));

describe('one client', () => {
  test('what a profile says is listed, found and changed, version by version', async () => {
    const { person } = ada.device.me;
    const { code, room } = await ada.device.clients.add({
      vault,
      name: '  Łódź Mills ',
      aliases: ['Old Mill'],
      lead: person,
      reviewAtMs: 1_900_000_000_000,
      countries: ['pl'],
      contacts: [{ name: 'Ewa', email: 'ewa@example.org' }],
    });
    const [row] = await ada.device.clients.list({ vault });
    expect(row).toMatchObject({
      code,
      room,
      name: 'Łódź Mills',
      lead: person,
      reviewAtMs: 1_900_000_000_000,
      countries: ['PL'],
      isOnHold: false,
      isFrozen: false,
      memberCount: 1,
      mine: 'manager',
    });
    expect(row?.lastActivityAtMs).toBeGreaterThan(world.offsetMs);
    const { version } = await ada.device.clients.update({
      client: { code },
      name: 'Łódź Mills SA',
      lead: null,
      note: 'Ask for the deed.',
    });
    expect(version).toBe(2);
    const profile = await ada.device.clients.profile({ room });
    expect(profile).toMatchObject({
      version: 2,
      name: 'Łódź Mills SA',
      aliases: ['Old Mill'],
      countries: ['PL'],
      contacts: [{ name: 'Ewa', email: 'ewa@example.org' }],
      note: 'Ask for the deed.',
    });
    expect(profile.lead).toBeUndefined();
    await ada.device.clients.list({ vault });
    expect((await ada.device.clients.search('lodz old')).rows.map((each) => each.room)).toEqual([room]);
    expect(await codeOf(ada.device.clients.update({ client: { room }, name: 'Late', seen: 1 }))).toBe(
      'STATE_CHANGED',
    );
    expect(await codeOf(ada.device.clients.update({ client: { room }, name: ' ' }))).toBe('INPUT_INVALID');
    expect(await codeOf(ada.device.clients.update({ client: { code: 'C-ZZZZ' }, name: 'Nobody' }))).toBe(
      'NOT_FOUND',
    );
    await ada.device.holds.place({ room });
    await ada.device.access.freeze(room);
    const [held] = await ada.device.clients.list({ vault });
    expect(held).toMatchObject({ isOnHold: true, isFrozen: true, name: 'Łódź Mills SA' });
    await ada.device.access.thaw(room);
  });
});

describe('many clients', () => {
  const rows = Array.from({ length: 90 }, (_, place) => ({
    name: `Import ${String(place).padStart(3, '0')}`,
    countries: ['FR'],
  }));

  test('an import that is cut off goes on with the same rows, and makes none twice', async () => {
    const seen: number[] = [];
    let calls = 0;
    ada.transport.mutator = async (request, send) => {
      // Cut off in the middle of several, after some answers were lost on their way.
      if (!/\/(clients|versions|entries)$/.test(request.path)) return await send();
      calls += 1;
      if (calls > 120) throw new TypeError('connection reset');
      const answer = await send();
      if (calls > 110) throw new TypeError('connection reset');
      return answer;
    };
    const first = await ada.device.clients.addMany(rows, {
      vault,
      onProgress: ({ doneCount }) => seen.push(doneCount),
    });
    ada.transport.mutator = undefined;
    expect(first).toHaveLength(rows.length);
    const states = new Set(first.map(({ state }) => state));
    expect(states.has('failed')).toBe(true);
    expect(states.has('not-begun')).toBe(true);
    expect(first.find(({ state }) => state === 'failed')).toMatchObject({ error: 'SERVER_UNREACHABLE' });
    expect(sealedNames(ada, 'import/').length).toBeGreaterThan(0);

    await ada.reopen();
    const second = await ada.device.clients.addMany(rows, { vault });
    expect(new Set(second.map(({ state }) => state))).toEqual(new Set(['added', 'was-added']));
    const listed = (await namesOf(ada)).filter((name) => name.startsWith('Import'));
    expect(listed).toEqual(rows.map(({ name }) => name));
    const created = await ada.device.ledger.lines({ ledger: vault, count: 1_000 });
    expect(created.filter(({ kind }) => kind === 'room.created')).toHaveLength(rows.length + 1);
    expect(sealedNames(ada, 'import/')).toEqual([]);
    for (const [place, row] of second.entries())
      if (first[place]?.state === 'added') expect(row).toMatchObject({ state: 'was-added' });
  });

  test('stopped by its signal, it begins nothing more', async () => {
    const stop = new AbortController();
    const results = await ada.device.clients.addMany(
      rows.map(({ name }) => ({ name: `Stopped ${name}` })),
      { vault, signal: stop.signal, onProgress: () => stop.abort() },
    );
    const added = results.filter(({ state }) => state === 'added').length;
    expect(added).toBeGreaterThan(0);
    expect(added).toBeLessThan(60);
    expect(results.at(-1)).toEqual({ state: 'not-begun' });
  });

  test('rows that are made beside each other share a call for their slots; refused together, each is asked for alone', async () => {
    const asked: number[] = [];
    ada.transport.mutator = async (request, send) => {
      if (!request.path.endsWith('/room-slots')) return await send();
      const { rooms } = JSON.parse(new TextDecoder().decode(request.body)) as { rooms: string[] };
      asked.push(rooms.length);
      if (rooms.length === 1 || asked.filter((count) => count > 1).length > 1) return await send();
      const refusal = { type: 'about:blank', status: 403, code: 'ACCESS_DENIED', requestId: 'AAAAAAAAAAAA' };
      return { status: 403, headers: {}, body: new TextEncoder().encode(JSON.stringify(refusal)) };
    };
    const results = await ada.device.clients.addMany(
      rows.slice(0, 30).map(({ name }) => ({ name: `Shared ${name}` })),
      { vault },
    );
    ada.transport.mutator = undefined;
    expect(new Set(results.map(({ state }) => state))).toEqual(new Set(['added']));
    const refused = asked.find((count) => count > 1) ?? 0;
    expect(refused).toBeGreaterThan(1);
    expect(asked.reduce((sum, count) => sum + count, 0)).toBe(30 + refused);
  });

  test('a row that is no client is told before anything is sent', async () => {
    ada.transport.sent.length = 0;
    expect(await codeOf(ada.device.clients.addMany([{ name: 'Fine' }, { name: '' }], { vault }))).toBe(
      'INPUT_INVALID',
    );
    expect(ada.transport.sent).toEqual([]);
  });

  test('a list comes in parts, from this device first, and without the server if that is asked', async () => {
    await ada.device.clients.list();
    await ada.reopen();
    ada.transport.sent.length = 0;
    const parts: ClientPart[] = [];
    const local = await ada.device.clients.list({ refresh: false, onPart: (part) => parts.push(part) });
    expect(ada.transport.sent).toEqual([]);
    expect(local.length).toBeGreaterThan(rows.length);
    expect(local.every(({ name }) => name !== undefined)).toBe(true);
    expect(
      parts
        .flatMap((part) => part.rows)
        .map(({ room }) => room)
        .sort(),
    ).toEqual(local.map(({ room }) => room).sort());
    expect(parts.at(-1)).toMatchObject({ doneCount: local.length, totalCount: local.length });
    expect(await ada.device.clients.search('import 085')).toMatchObject({ totalCount: 1, isComplete: true });
  });

  test('the next day nothing is shown without a lease, and one line opens all', async () => {
    expect((await ada.device.clients.search('import')).totalCount).toBeGreaterThanOrEqual(rows.length);
    await world.advance(dayMs + 60_000);
    // A device that stays open forgets as well.
    expect(await ada.device.clients.search('import')).toMatchObject({ totalCount: 0, isComplete: false });
    await ada.reopen();
    expect((await namesOf(ada, false)).every((name) => name === '')).toBe(true);
    expect(await ada.device.clients.search('import')).toMatchObject({ totalCount: 0, isComplete: false });
    const leases = async (): Promise<number> =>
      (await ada.device.ledger.lines({ ledger: vault, from: 0, count: 1_000 })).filter(
        ({ kind }) => kind === 'leased',
      ).length;
    const before = await leases();
    const named = (await namesOf(ada)).filter((name) => name.startsWith('Import'));
    expect(named).toHaveLength(rows.length);
    expect(await leases()).toBe(before + 1);
    expect((await ada.device.clients.search('import')).totalCount).toBeGreaterThanOrEqual(rows.length);
  });

  test('an altered index is no index: the cards are had again', async () => {
    for (const key of sealedNames(ada, 'client-index/')) {
      const bytes = ada.storage.entries.get(key) ?? new Uint8Array(0);
      ada.storage.entries.set(
        key,
        bytes.map((byte, place) => (place === bytes.length - 1 ? byte ^ 1 : byte)),
      );
    }
    await ada.reopen();
    expect((await namesOf(ada, false)).every((name) => name === '')).toBe(true);
    expect((await namesOf(ada)).filter((name) => name.startsWith('Import'))).toHaveLength(rows.length);
  });

  test('an older index put back is noticed: the chain says which profile is the newest', async () => {
    const before = new Map(ada.storage.entries);
    const [client] = await ada.device.clients.list({ vault });
    const code = client?.code ?? '';
    await ada.device.clients.update({ client: { code }, name: 'Renamed' });
    await ada.device.clients.list({ vault });
    for (const key of sealedNames(ada, 'client-index/')) {
      const bytes = before.get(key);
      if (bytes !== undefined) ada.storage.entries.set(key, bytes);
    }
    await ada.reopen();
    const local = await ada.device.clients.list({ vault, refresh: false });
    expect(local.find((row) => row.code === code)?.name).toBeUndefined();
    const listed = await ada.device.clients.list({ vault });
    expect(listed.find((row) => row.code === code)?.name).toBe('Renamed');
  });
});

describe('the first listing on a device', () => {
  const isOf =
    (of: 'releases' | 'cards' | 'room-slots' | 'cache-keys') => (each: { readonly path: string }) =>
      each.path.endsWith(`/${of}`);
  const sentCount = (of: Parameters<typeof isOf>[0]): number => ada.transport.sent.filter(isOf(of)).length;

  /** As a device that has the chains and nothing of any card. */
  async function forgetCards(): Promise<void> {
    await ada.device.close();
    for (const part of ['client-index/', 'cache-keys/', 'kept/'])
      for (const key of sealedNames(ada, part)) ada.storage.entries.delete(key);
    for (const key of ada.storage.entries.keys())
      if (key.startsWith('cache/')) ada.storage.entries.delete(key);
    await ada.reopen();
    ada.transport.sent.length = 0;
  }

  test('takes a call of each kind for hundreds of rooms, not for each room', async () => {
    const listed = await namesOf(ada);
    expect(listed.length).toBeGreaterThan(100);
    await forgetCards();
    expect(await namesOf(ada)).toEqual(listed);
    for (const kind of ['releases', 'cards', 'room-slots', 'cache-keys'] as const)
      expect([kind, sentCount(kind)]).toEqual([kind, 2]);
    ada.transport.sent.length = 0;
    expect(await namesOf(ada)).toEqual(listed);
    expect(sentCount('releases')).toBe(0);
  });

  test('closed in the middle, it goes on where it was', async () => {
    const listed = await namesOf(ada);
    await forgetCards();
    let releases = 0;
    ada.transport.mutator = async (request, send) => {
      if (isOf('releases')(request) && ++releases > 1) throw new TypeError('connection reset');
      return await send();
    };
    const cut = await namesOf(ada);
    ada.transport.mutator = undefined;
    expect(cut.filter((name) => name !== '')).toHaveLength(50);
    await ada.reopen();
    const kept = await namesOf(ada, false);
    expect(kept.filter((name) => name !== '')).toHaveLength(50);
    let count = 0;
    ada.transport.mutator = async (request, send) => {
      if (isOf('cards')(request)) {
        const { versions } = JSON.parse(new TextDecoder().decode(request.body)) as { versions: unknown[] };
        count += versions.length;
      }
      return await send();
    };
    expect(await namesOf(ada)).toEqual(listed);
    expect(count).toBe(listed.length - 50);
  });

  test('at the hourly ceiling what is known is listed, nothing is asked again in that hour, and the next one brings the rest', async () => {
    const listed = await namesOf(ada);
    await forgetCards();
    let releases = 0;
    ada.transport.mutator = async (request, send) => {
      if (!isOf('releases')(request) || ++releases === 1) return await send();
      const refusal = { type: 'about:blank', status: 429, code: 'RELEASE_LIMIT', requestId: 'AAAAAAAAAAAA' };
      return {
        status: 429,
        headers: { 'content-type': 'application/problem+json' },
        body: new TextEncoder().encode(JSON.stringify(refusal)),
      };
    };
    const held: number[] = [];
    const list = async (): Promise<number> => {
      const shown = await ada.device.clients.list({ vault, onHeld: (untilMs) => held.push(untilMs) });
      expect(shown).toHaveLength(listed.length);
      return shown.filter(({ name }) => name !== undefined).length;
    };
    expect(await list()).toBe(50);
    expect(await list()).toBe(50);
    expect(releases).toBe(2);
    expect((await ada.device.clients.search('import')).isComplete).toBe(false);
    ada.transport.mutator = undefined;
    const nowMs = ada.environment.clock.nowMs();
    const untilMs = held[0] ?? 0;
    expect(held).toEqual([untilMs, untilMs]);
    expect(untilMs).toBeGreaterThan(nowMs);
    expect(untilMs - nowMs).toBeLessThanOrEqual(3_605_000);
    // Somebody is at work meanwhile, so that the session lives.
    for (let leftMs = untilMs - nowMs; leftMs > 0; leftMs -= 600_000) {
      await world.advance(Math.min(leftMs, 600_000));
      await ada.device.sync();
    }
    expect(await namesOf(ada)).toEqual(listed);
    expect(await list()).toBe(listed.length);
    expect(held).toHaveLength(2);
  });

  test('a slot of one room for two, one too few, and one that ends with an hour are refused before anything is wrapped', async () => {
    await forgetCards();
    const attacks: ((slots: number[]) => number[])[] = [
      (slots) => slots.map(() => slots[0] ?? 0),
      (slots) => slots.slice(1),
      (slots) => slots.toSpliced(0, 1, 2 ** 40),
    ];
    for (const attack of attacks) {
      ada.transport.mutator = async (request, send) => {
        const answer = await send();
        if (!isOf('room-slots')(request)) return answer;
        const { slots } = JSON.parse(new TextDecoder().decode(answer.body)) as { slots: number[] };
        return { ...answer, body: new TextEncoder().encode(JSON.stringify({ slots: attack(slots) })) };
      };
      ada.transport.sent.length = 0;
      expect(await codeOf(ada.device.clients.list({ vault }))).toBe('SLOT_REFUSED');
      expect(sentCount('cache-keys')).toBe(0);
    }
  });
});

describe('who may no longer see a client', () => {
  test('loses its row, its key and its place in the index at the next sync', async () => {
    await ben.reopen();
    const rooms = (await ada.device.clients.list({ vault })).slice(0, 3);
    const { person } = ben.device.me;
    for (const { room } of rooms) await ada.device.access.grant({ room, person, withHistory: true });
    const seen = await namesOf(ben);
    expect(seen).toHaveLength(3);
    expect(seen.every((name) => name !== '')).toBe(true);
    expect(sealedNames(ben, 'client-index/').length).toBeGreaterThan(0);
    const before = new Map(ben.storage.entries);
    const [gone] = rooms;
    if (gone === undefined) throw new Error('no room');
    expect((await ben.device.clients.search(gone.code)).rows).toHaveLength(1);
    await ada.device.access.revoke({ room: gone.room, person });
    await world.advance(11 * 60_000);
    expect((await ben.device.sync()).purged).toBeGreaterThan(0);
    // Its chain is no longer shown to him: what he knew of it is its code, until the next list.
    expect((await ben.device.clients.search(gone.code)).rows[0]?.name).toBeUndefined();
    expect(await namesOf(ben)).toHaveLength(2);
    expect((await ben.device.clients.search(gone.code)).rows).toEqual([]);
    // The older index put back opens no more: the key of that room is gone.
    for (const key of sealedNames(ben, 'client-index/')) {
      const bytes = before.get(key);
      if (bytes !== undefined) ben.storage.entries.set(key, bytes);
    }
    await ben.reopen();
    expect(
      (await ben.device.clients.list({ vault, refresh: false })).find(({ room }) => room === gone.room)?.name,
    ).toBeUndefined();
    expect(await namesOf(ben)).toHaveLength(2);
  });

  test('does not find it any more when his time in the room is over, without a word from the server', async () => {
    const { person } = ben.device.me;
    const { room, code } = await ada.device.clients.add({ vault, name: 'For an Hour' });
    const endsAtMs = Date.now() + world.offsetMs + 3_600_000;
    await ada.device.access.grant({ room, person, endsAtMs, withHistory: true });
    await ben.device.clients.list();
    for (let time = 0; time < 2; time++)
      expect((await ben.device.clients.search('for an hour')).rows.map((row) => row.code)).toEqual([code]);
    await world.advance(3_660_000);
    ben.transport.sent.length = 0;
    expect((await ben.device.clients.search('for an hour')).rows).toEqual([]);
    expect((await ben.device.clients.search(code)).rows).toEqual([]);
    expect(ben.transport.sent).toEqual([]);
  });

  test('a sync that was just made is not made again for a list', async () => {
    const syncs = (): number => ben.transport.sent.filter(({ path }) => path.endsWith('/sync')).length;
    await ben.reopen();
    await ben.device.sync();
    ben.transport.sent.length = 0;
    await ben.device.clients.list({ recentMs: 60_000 });
    expect(syncs()).toBe(0);
    const both = [ben.device.sync(), ben.device.clients.list({ recentMs: 60_000 })];
    await Promise.all(both);
    const once = syncs();
    expect(once).toBeGreaterThan(0);
    ben.transport.sent.length = 0;
    await ben.device.sync();
    expect(syncs()).toBe(once);
    await world.advance(61_000);
    ben.transport.sent.length = 0;
    await ben.device.clients.list({ recentMs: 60_000 });
    expect(syncs()).toBeGreaterThan(0);
  });
});
