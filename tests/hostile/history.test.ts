/** A server that hides, forges, rewrites or rolls back what happened. */
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeEntry, encodeEntry, signBody } from '@strongroom/authority';
import type { Body, Entry } from '@strongroom/authority';
import type { Device } from '@strongroom/device';
import { assertRefused } from './harness/assert-refused.ts';
import { createCollectingSink } from './harness/collecting-sink.ts';
import type { DeviceHome } from './harness/device-home.ts';
import { HostileProblem } from './harness/hostile-server.ts';
import type { AnswerOf, HostileCall } from './harness/hostile-server.ts';
import { contentOf, foundOffice, RealFirm, sourceOf } from './harness/real-firm.ts';
import type { Office } from './harness/real-firm.ts';

let office: Office;

beforeAll(async () => {
  office = await foundOffice();
}, 180_000);
afterAll(async () => await office.firm.remove());

type Sync = AnswerOf<'sync'>;
type SyncCall = HostileCall<'sync'>;

/** Alters the entries that a sync brings. */
function alterEntries(
  home: DeviceHome,
  alter: (entries: Sync['entries'], call: SyncCall) => Sync['entries'],
): void {
  home.server.attack('sync', async (call) => {
    const answer = await call.pass();
    return { ...answer, entries: alter(answer.entries, call) };
  });
}

/** Leaves out every entry of these kinds. */
function hide(home: DeviceHome, ...kinds: readonly Body['k'][]): void {
  alterEntries(home, (entries) => entries.filter(({ entry }) => !kinds.includes(decodeEntry(entry).body.k)));
}

/** The same entry with parts that nobody signed changed. */
function rebuild(entry: Entry, parts: Partial<Pick<Entry, 'officeSize' | 'atMs'>>): Uint8Array {
  const { officeSize, atMs, bodyBytes, sigs, payload } = { ...entry, ...parts };
  return encodeEntry({ officeSize, atMs, body: bodyBytes, sigs, payload });
}

/** Remembers the newest answer of each ledger, and gives it again once told to. */
function replayOld(home: DeviceHome): { readonly start: () => void } {
  const kept = new Map<string, Sync>();
  home.server.attack('sync', async ({ body, pass }) => {
    const answer = await pass();
    kept.set(body.ledger, answer);
    return answer;
  });
  return {
    start() {
      home.server.attack('sync', async ({ body, pass }) => {
        const old = kept.get(body.ledger);
        return old === undefined ? await pass() : { ...old, entries: [] };
      });
    },
  };
}

async function writeNote(device: Device, name: string): Promise<void> {
  await device.records.add({ room: office.room, source: sourceOf(name, contentOf(name, 2_000)) });
}

const openLong = async (device: Device): Promise<unknown> =>
  await device.records.open({ record: office.long, sink: createCollectingSink(), purpose: 'work' });
const write = async (device: Device): Promise<void> => await writeNote(device, 'note after');

describe('E1: an older version', () => {
  test('E1: the line of the newest version is left out', async () => {
    const home = office.colleague.copy();
    await (await home.device()).sync();
    await writeNote(await office.owner.device(), 'hidden note');
    hide(home, 'written');
    await assertRefused(home, 'E1', { run: openLong, honest: openLong });
  });

  test('E1: the whole room as it was, for a device that has seen more', async () => {
    const home = office.colleague.copy();
    const replay = replayOld(home);
    await (await home.device()).sync();
    await writeNote(await office.owner.device(), 'newer note');
    home.server.behave();
    await (await home.device()).sync();
    replay.start();
    await assertRefused(home, 'E1', { run: openLong, honest: openLong });
  });
});

describe('E2: an older head, membership or policy', () => {
  test('E2: what was true more than ten minutes ago: nothing is written or granted under it', async () => {
    const { room, colleaguePerson: person } = office;
    const grant = async (device: Device): Promise<unknown> => await device.access.grant({ room, person });
    const attacks = [];
    for (const act of [write, grant]) {
      const home = office.owner.copy();
      const replay = replayOld(home);
      await (await home.device()).sync();
      attacks.push({ home, replay, act });
    }
    await office.firm.advance(11 * 60_000);
    for (const { home, replay, act } of attacks) {
      replay.start();
      await assertRefused(home, 'E2', { run: act, honest: act });
    }
  });

  test('E2: heads of another ledger, or with a signature that is not the warden’s', async () => {
    for (const alter of [
      (answer: Sync, office_: Sync): Sync => ({ ...answer, heads: office_.heads }),
      (answer: Sync): Sync => ({
        ...answer,
        heads: answer.heads.map((byte, at) => (at === answer.heads.length - 1 ? byte ^ 1 : byte)),
      }),
    ]) {
      const home = office.owner.copy();
      let first: Sync | undefined;
      home.server.attack('sync', async ({ pass, body }) => {
        const answer = await pass();
        first ??= answer;
        return body.ledger === office.vault ? alter(answer, first) : answer;
      });
      await assertRefused(home, 'E2', { run: write, honest: write });
    }
  });
});

describe('F1: the server adds a member', () => {
  test('F1: a grant made up for an outsider is not taken, and nothing is ever wrapped to him', async () => {
    const { room, outsiderPerson, outsider, vault } = office;
    const home = office.owner.copy();
    await (await home.device()).sync();
    const seed = outsider.tap.secrets('signing').at(-1) ?? new Uint8Array(32);
    let forged: Uint8Array | undefined;
    home.server.attack('sync', async ({ pass, body }) => {
      const answer = await pass();
      if (body.ledger !== vault) return answer;
      forged ??= await forgeGrant(home, { room, person: outsiderPerson, seed });
      const index = 1_000_000;
      return { ...answer, entries: [...answer.entries, { index, entry: forged }] };
    });
    await assertRefused(home, 'F1', { run: write, honest: write });
  });

  test('F1: rooms and persons that the server hints at give nobody anything', async () => {
    const { room, outsiderPerson, outsider, vault } = office;
    const home = outsider.copy();
    home.server.attack('listVaults', async () => ({ vaults: [{ vault, rooms: [room] }] }));
    home.server.attack('sync', async ({ pass }) => ({
      ...(await pass()),
      rooms: [room],
      persons: [outsiderPerson],
    }));
    const run = async (device: Device): Promise<unknown> => {
      await device.sync();
      return await device.records.list({ room });
    };
    const honest = async (device: Device): Promise<unknown> => await device.sync();
    await assertRefused(home, 'F1', { run, honest });
  });
});

async function forgeGrant(
  home: DeviceHome,
  { room, person, seed }: { readonly room: string; readonly person: string; readonly seed: Uint8Array },
): Promise<Uint8Array> {
  const { engine } = home.environment;
  const device = (await home.device()).me.device;
  const head = new Uint8Array(32);
  const body = {
    k: 'access.granted',
    l: office.vault,
    d: device,
    t: home.environment.clock.nowMs(),
    pos: { o: [0, 1, head], v: [0, 1, head] },
    c: [room, 0, head],
    room,
    person,
    role: 'manager',
    generation: 1,
    head: [1, head],
    fingerprint: new Uint8Array(16),
    epoch: 1,
    bundle: head,
  } as unknown as Body;
  const signed = await signBody(engine, { body, signers: [{ id: device, seed }] });
  return encodeEntry({ officeSize: 1, atMs: home.environment.clock.nowMs(), ...signed, payload: null });
}

describe('F2: a removal is hidden', () => {
  test('F2: without the line of the removal nothing more is written for the former member', async () => {
    const { room, firm, owner } = office;
    const device = await owner.device();
    const { person, home: leaving } = await firm.enrol(owner);
    await device.access.grant({ room, person });
    await (await leaving.device()).sync();
    const home = owner.copy();
    await (await home.device()).sync();
    await device.access.revoke({ room, person });
    hide(home, 'access.revoked', 'epoch.rotated');
    await assertRefused(home, 'F2', { run: write, honest: write });
  });
});

describe('F2: the chain of a recipient is hidden', () => {
  /** Shows nothing of a person: neither as a hint, nor when he is asked for. */
  function hidePerson(home: DeviceHome, person: string, isDenied: boolean): void {
    home.server.attack('sync', async ({ body, pass }) => {
      const isAsked = body.chains.some(([chain]) => chain === person);
      if (isAsked && isDenied) throw new HostileProblem(403, 'ACCESS_DENIED');
      const chains = body.chains.filter(([chain]) => chain !== person);
      const answer = await pass({ body: { ...body, chains } });
      return { ...answer, persons: answer.persons.filter((each) => each !== person) };
    });
  }

  test.each([true, false])(
    'F2: no key is boxed to a generation that may be over (denied: %s)',
    async (isDenied) => {
      const { otherRoom, colleaguePerson: person, owner } = office;
      const home = owner.copy();
      hidePerson(home, person, isDenied);
      const grant = async (device: Device): Promise<unknown> =>
        await device.access.grant({ room: otherRoom, person });
      await assertRefused(home, 'F2', { run: grant, honest: write });
    },
  );

  test('F2: nor by a rotation, which stays due', async () => {
    const { room, firm, owner, colleaguePerson } = office;
    const { person } = await firm.enrol(owner);
    await (await owner.device()).access.grant({ room, person });
    const home = owner.copy();
    hidePerson(home, colleaguePerson, true);
    expect(await (await home.device()).access.revoke({ room, person })).toMatchObject({ rotationDue: true });
    home.server.behave();
    const { rotated } = await (await home.device()).sync();
    expect(rotated.map((each) => each.room)).toContain(room);
  });
});

describe('F3: an old epoch', () => {
  test('F3: without the line of the rotation the author writes nothing under the epoch before', async () => {
    const { room, firm, owner } = office;
    const device = await owner.device();
    const { person } = await firm.enrol(owner);
    await device.access.grant({ room, person });
    const home = office.colleague.copy();
    await (await home.device()).sync();
    await device.access.revoke({ room, person });
    hide(home, 'epoch.rotated');
    await assertRefused(home, 'F3', { run: write, honest: write });
  });
});

describe('J1: a release without an entry', () => {
  const alterations: readonly (readonly [string, (answer: AnswerOf<'release'>) => AnswerOf<'release'>])[] = [
    ['no proof', (answer) => ({ ...answer, receipt: { ...answer.receipt, inclusion: [] } })],
    [
      'another index',
      (answer) => ({ ...answer, receipt: { ...answer.receipt, index: answer.receipt.index - 1 } }),
    ],
    ['no salt', ({ receipt: { salt: _salt, ...receipt }, ...answer }) => ({ ...answer, receipt })],
    ['another salt', (answer) => ({ ...answer, receipt: { ...answer.receipt, salt: new Uint8Array(32) } })],
    ['a time that is not the line’s', (answer) => ({ ...answer, receipt: retime(answer.receipt) })],
    ['a checkpoint without its signature', (answer) => ({ ...answer, receipt: unsign(answer.receipt) })],
  ];

  test.each(alterations)('J1: with %s the key is thrown away', async (_name, alter) => {
    const home = office.colleague.copy();
    home.server.attack('release', async ({ pass }) => alter(await pass()));
    const followed = await assertRefused(home, 'J1', { run: openLong, honest: openLong });
    expect(followed.map(({ name }) => name)).toEqual(['release']);
  });

  test('J1: the line and the key of another request', async () => {
    const home = office.colleague.copy();
    let first: AnswerOf<'release'> | undefined;
    home.server.attack('release', async ({ pass }) => (first ??= await pass()));
    await openLong(await home.device());
    await assertRefused(home, 'J1', { run: openLong, honest: openLong });
  });

  function retime(receipt: AnswerOf<'release'>['receipt']): AnswerOf<'release'>['receipt'] {
    const entry = decodeEntry(receipt.entry);
    return { ...receipt, entry: rebuild(entry, { atMs: entry.atMs + 1 }) };
  }

  function unsign(receipt: AnswerOf<'release'>['receipt']): AnswerOf<'release'>['receipt'] {
    const { checkpoint } = receipt;
    const end = checkpoint.length - 8;
    const swapped = checkpoint[end] === 'A' ? 'B' : 'A';
    return { ...receipt, checkpoint: checkpoint.slice(0, end) + swapped + checkpoint.slice(end + 1) };
  }
});

describe('J3: a ledger that is rewritten', () => {
  test('J3: an entry with another time than the one it has in the ledger', async () => {
    const home = office.owner.copy();
    await (await home.device()).sync();
    await writeNote(await office.owner.device(), 'note with a time');
    alterEntries(home, (entries) =>
      entries.map(({ index, entry }) => {
        const decoded = decodeEntry(entry);
        return { index, entry: rebuild(decoded, { atMs: decoded.atMs + 1 }) };
      }),
    );
    await assertRefused(home, 'J3', { run: openLong, honest: openLong });
  });

  test('J3: a twin of server and warden, from a copy of both, goes another way', async () => {
    const { firm, owner, colleague } = office;
    const copied = mkdtempSync(join(tmpdir(), 'sr-twin-'));
    await firm.stop();
    for (const part of ['data', 'warden', 'opaque-setup', 'config.json']) {
      cpSync(join(firm.home, part), join(copied, part), {
        recursive: true,
        filter: (path) => !path.endsWith('.sock'),
      });
    }
    // The office goes on as the twin's elder: everybody's server is started anew on its own home.
    const [elder, twin] = [await RealFirm.start(firm.home), await RealFirm.start(copied)];
    for (const each of [elder, twin]) await each.advance(firm.shiftMs);
    office = { ...office, firm: elder };
    const [atElder, atTwin] = [owner, owner.copy()];
    atElder.moveTo(elder);
    atTwin.moveTo(twin);
    await writeNote(await atElder.device(), 'only at the elder');
    await writeNote(await atTwin.device(), 'only at the twin');
    const home = colleague.copy();
    home.moveTo(elder);
    await (await home.device()).sync();
    for (const name of ['sync', 'getConsistency', 'release', 'listVaults'] as const) {
      home.server.attack(
        name,
        async ({ request }) => (await home.askElsewhere(twin, name, request)) as never,
      );
    }
    await assertRefused(home, 'J3', { run: openLong, honest: openLong });
    await twin.remove();
  });
});
