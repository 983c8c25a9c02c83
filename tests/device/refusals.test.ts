/**
 * One answer altered on its way, one refusal, and an honest session afterwards. The hostile suite goes further; these are the refusals
 * that this package owes.
 */
import { decodeBase64url, encodeBase64url, StrongroomError } from '@strongroom/core';
import type { RecordId, RoomId, VaultId } from '@strongroom/core';
import { beginEnrolment } from '@strongroom/device';
import type { TransportResponse } from '@strongroom/device';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { contentOf, fileOf, FirmWorld, MemorySink } from './firm-world.ts';
import type { TestDevice } from './firm-world.ts';

type Json = { [key: string]: unknown };

const file = contentOf(900_000, 5);
let world: FirmWorld;
let ada: TestDevice;
let vault: VaultId;
let room: RoomId;
let first: RecordId;
let second: RecordId;

beforeAll(async () => {
  world = await FirmWorld.start();
  ada = await world.foundFirm();
  ({ vault } = await ada.device.vaults.add({ name: 'Group' }));
  ({ room } = await ada.device.clients.add({ vault, name: 'Client' }));
  first = (await ada.device.records.add({ room, source: fileOf('one.bin', file) })).record;
  second = (await ada.device.records.add({ room, source: fileOf('two.bin', contentOf(900_000, 6)) })).record;
});
afterAll(async () => {
  await world.close();
});
afterEach(async () => {
  ada.transport.mutator = undefined;
  // Nothing is poisoned: the next honest session works.
  const sink = new MemorySink();
  await ada.device.records.open({ record: first, sink, purpose: 'work' });
  expect(Buffer.compare(sink.bytes(), file)).toBe(0);
});

/** Alters the JSON answer of calls whose method and path match. */
function alterJson(device: TestDevice, method: string, path: RegExp, change: (json: Json) => void): void {
  device.transport.mutator = async (request, send) => {
    const answer = await send();
    if (request.method !== method || !path.test(request.path) || answer.status !== 200) return answer;
    const json = JSON.parse(Buffer.from(answer.body).toString('utf8')) as Json;
    change(json);
    return { ...answer, body: new Uint8Array(Buffer.from(JSON.stringify(json))) };
  };
}

function alterBytes(method: string, path: RegExp, change: (bytes: Uint8Array) => Uint8Array): void {
  ada.transport.mutator = async (request, send): Promise<TransportResponse> => {
    const answer = await send();
    const isIt = request.method === method && path.test(request.path) && answer.status === 200;
    return isIt ? { ...answer, body: change(answer.body) } : answer;
  };
}

/** The same text with one bit of its bytes flipped. */
function flip(value: unknown, at = 40): string {
  const bytes = decodeBase64url(String(value));
  bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ 1;
  return encodeBase64url(bytes);
}

async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (cause) {
    if (cause instanceof StrongroomError) return cause.code;
    throw cause;
  }
  return 'NOTHING_REFUSED';
}

async function refusedOpening(): Promise<string> {
  const sink = new MemorySink();
  const code = await refusalOf(ada.device.records.open({ record: first, sink, purpose: 'work' }));
  expect(sink.state).toBe('aborted');
  return code;
}

describe('a release that is not proved', () => {
  const receipt = (json: Json): Json => json['receipt'] as Json;
  test.each<[string, (json: Json) => void]>([
    ['another seal', (json) => (json['sealed'] = flip(json['sealed']))],
    ['another line', (json) => (receipt(json)['entry'] = flip(receipt(json)['entry'], 60))],
    ['another salt', (json) => (receipt(json)['salt'] = flip(receipt(json)['salt']))],
    ['no salt', (json) => delete receipt(json)['salt']],
    ['another place', (json) => (receipt(json)['index'] = Number(receipt(json)['index']) - 1)],
    ['no proof', (json) => (receipt(json)['inclusion'] = [])],
    [
      'a checkpoint that nobody signed',
      (json) =>
        (receipt(json)['checkpoint'] = String(receipt(json)['checkpoint']).replace(/\n(\d)/, '\n1$1')),
    ],
  ])('%s', async (_name, change) => {
    alterJson(ada, 'POST', /\/releases$/, change);
    expect(await refusedOpening()).toBe('RELEASE_REJECTED');
  });

  test('another line of the same ledger, which is in it', async () => {
    let kept: unknown;
    alterJson(ada, 'POST', /\/releases$/, (json) => {
      kept = json['receipt'];
    });
    await ada.device.records.open({ record: second, sink: new MemorySink(), purpose: 'work' });
    alterJson(ada, 'POST', /\/releases$/, (json) => {
      json['receipt'] = kept;
    });
    expect(await refusedOpening()).toBe('RELEASE_REJECTED');
  });
});

describe('a version that is not the one its author signed', () => {
  test.each<[string, (json: Json) => void]>([
    ['header', (json) => (json['header'] = flip(json['header']))],
    ['card', (json) => (json['card'] = flip(json['card'], 120))],
    ['a leaf hash', (json) => (json['leafHashes'] = flip(json['leafHashes'], 70))],
    [
      'a leaf too few',
      (json) =>
        (json['leafHashes'] = encodeBase64url(decodeBase64url(String(json['leafHashes'])).slice(0, -32))),
    ],
  ])('%s', async (_name, change) => {
    alterJson(ada, 'GET', /\/versions\/1$/, change);
    expect(await refusedOpening()).toBe('RECORD_REFUSED');
  });

  test('another record whole', async () => {
    let kept: Json | undefined;
    alterJson(ada, 'GET', /\/versions\/1$/, (json) => {
      kept = { ...json };
    });
    await ada.device.records.open({ record: second, sink: new MemorySink(), purpose: 'work' });
    alterJson(ada, 'GET', /\/versions\/1$/, (json) => {
      Object.assign(json, kept);
    });
    expect(await refusedOpening()).toBe('RECORD_REFUSED');
  });
});

describe('a body that is not the one under the signed root', () => {
  const segment = 262_144;
  test.each<[string, (bytes: Uint8Array) => Uint8Array]>([
    [
      'a flipped bit at the end',
      (bytes) => bytes.map((byte, index) => (index === bytes.length - 1 ? byte ^ 1 : byte)),
    ],
    [
      'a flipped bit in the FLOE header',
      (bytes) => bytes.map((byte, index) => (index === 20 ? byte ^ 1 : byte)),
    ],
    [
      'two segments exchanged',
      (bytes) =>
        Buffer.concat([
          bytes.slice(0, 74),
          bytes.slice(74 + segment, 74 + 2 * segment),
          bytes.slice(74, 74 + segment),
          bytes.slice(74 + 2 * segment),
        ]),
    ],
    ['cut short', (bytes) => bytes.slice(0, -1)],
    ['cut at a segment', (bytes) => bytes.slice(0, 74 + segment)],
  ])('%s', async (_name, change) => {
    alterBytes('GET', /\/body\?/, (bytes) => new Uint8Array(change(bytes)));
    expect(await refusedOpening()).toBe('RELEASE_REJECTED');
  });
});

describe('chains and heads', () => {
  test('heads that the warden did not sign', async () => {
    alterJson(ada, 'POST', /\/v1\/sync$/, (json) => (json['heads'] = flip(json['heads'])));
    expect(await refusalOf(ada.device.sync())).toBe('HEADS_INVALID');
  });

  test('an entry left out', async () => {
    const other = await refusalOf(
      ada.device.holds.place({ room }).then(async ({ hold }) => await ada.device.holds.lift({ hold })),
    );
    expect(other).toBe('NOTHING_REFUSED');
    const fresh = world.newDevice();
    for (const [key, bytes] of ada.storage.entries) {
      if (!key.startsWith('sealed/entries/') && !key.startsWith('sealed/heads/'))
        fresh.storage.entries.set(key, bytes);
    }
    await fresh.reopen();
    alterJson(fresh, 'POST', /\/v1\/sync$/, (json) => {
      (json['entries'] as unknown[]).pop();
    });
    expect(await refusalOf(fresh.device.sync())).toBe('CHAIN_INVALID');
    fresh.transport.mutator = undefined;
    expect((await fresh.device.sync()).isFresh).toBe(true);
  });

  test('an older ledger than was seen', async () => {
    let kept: unknown;
    alterJson(ada, 'POST', /\/v1\/sync$/, (json) => {
      kept ??= json['checkpoint'];
    });
    await ada.device.sync();
    await ada.device.people.invite({ name: 'Somebody' });
    alterJson(ada, 'POST', /\/v1\/sync$/, (json) => (json['checkpoint'] = kept));
    expect(await refusalOf(ada.device.sync())).toBe('LEDGER_WENT_BACK');
  });

  test('heads older than ten minutes stop writing and granting', async () => {
    world.offsetMs += 11 * 60_000;
    expect(await refusalOf(ada.device.records.add({ room, source: fileOf('late.bin', file) }))).toBe(
      'HEADS_STALE',
    );
    world.offsetMs -= 11 * 60_000;
  });

  test('a receipt for other bytes than were signed', async () => {
    let kept: unknown;
    alterJson(ada, 'POST', /\/entries$/, (json) => {
      kept ??= json['receipt'];
      json['receipt'] = kept;
    });
    const { hold } = await ada.device.holds.place({ room });
    expect(await refusalOf(ada.device.holds.place({ room }))).toBe('RECEIPT_INVALID');
    ada.transport.mutator = undefined;
    for (const each of await ada.device.holds.list({ room }))
      if (each.state === 'open') await ada.device.holds.lift({ hold: each.hold });
    expect(hold).toBeDefined();
  });
});

describe('before anything is written', () => {
  test("an intake key that is not the warden's", async () => {
    alterJson(ada, 'GET', /\/intake$/, (json) => {
      for (const key of json['keys'] as Json[]) key['pk'] = flip(key['pk']);
    });
    ada.transport.sent.length = 0;
    expect(await refusalOf(ada.device.records.add({ room, source: fileOf('three.bin', file) }))).toBe(
      'INTAKE_KEY_REFUSED',
    );
    expect(ada.transport.sent.some(({ path }) => path.endsWith('/versions'))).toBe(false);
  });

  test('a slot that is taken already', async () => {
    alterJson(ada, 'POST', /\/slots$/, (json) => (json['first'] = 1));
    expect(await refusalOf(ada.device.records.add({ room, source: fileOf('four.bin', file) }))).toBe(
      'SLOT_REFUSED',
    );
  });

  test('a vault key under another name', async () => {
    alterJson(ada, 'POST', /\/vaults\/prepare$/, (json) => (json['origin'] = 'somewhere/else'));
    expect(await refusalOf(ada.device.vaults.add({ name: 'Other' }))).toBe('ANSWER_INVALID');
  });

  test('an answer that is not one', async () => {
    alterJson(ada, 'GET', /\/intake$/, (json) => (json['more'] = 1));
    expect(await refusalOf(ada.device.records.add({ room, source: fileOf('five.bin', file) }))).toBe(
      'ANSWER_INVALID',
    );
  });
});

describe('lists', () => {
  test('a card left out, and one in place of another', async () => {
    const fresh = world.newDevice();
    for (const [key, bytes] of ada.storage.entries)
      if (!key.startsWith('sealed/cards/')) fresh.storage.entries.set(key, bytes);
    await fresh.reopen();
    alterJson(fresh, 'POST', /\/cards$/, (json) => {
      (json['cards'] as unknown[]).pop();
    });
    expect(await refusalOf(fresh.device.records.list({ room }))).toBe('LIST_INCOMPLETE');
    alterJson(fresh, 'POST', /\/cards$/, (json) => {
      (json['cards'] as unknown[]).reverse();
    });
    expect(await refusalOf(fresh.device.records.list({ room }))).toBe('RECORD_REFUSED');
    fresh.transport.mutator = undefined;
    expect((await fresh.device.records.list({ room })).length).toBeGreaterThan(1);
  });
});

describe('starting', () => {
  test('a login answer that was altered gives no session and no device signature', async () => {
    alterJson(
      ada,
      'POST',
      /\/sessions\/start$/,
      (json) => (json['loginResponse'] = flip(json['loginResponse'])),
    );
    ada.transport.sent.length = 0;
    expect(await refusalOf(ada.reopen())).toBe('SIGN_IN_REFUSED');
    expect(ada.transport.sent.some(({ path }) => path === '/v1/sessions')).toBe(false);
  });

  test('a wrong password is the same refusal', async () => {
    const { password } = ada;
    ada.password = 'wrong';
    expect(await refusalOf(ada.reopen())).toBe('SIGN_IN_REFUSED');
    ada.password = password;
  });

  test('what lies on the disk was altered', async () => {
    const name = 'sealed/identity';
    const kept = ada.storage.entries.get(name) ?? new Uint8Array();
    ada.storage.entries.set(
      name,
      kept.map((byte, index) => (index === 30 ? byte ^ 1 : byte)),
    );
    expect(await refusalOf(ada.reopen())).toBe('STATE_INVALID');
    ada.storage.entries.set(name, kept);
    await ada.reopen();
  });

  test('another firm than the one the invitation names', async () => {
    const { code } = await ada.device.people.invite({ name: 'Guest' });
    const guest = world.newDevice();
    alterJson(guest, 'GET', /\/v1\/firm$/, (json) => (json['genesis'] = flip(json['genesis'], 200)));
    expect(await refusalOf(beginEnrolment(guest.environment, { code, password: 'x' }))).toBe(
      'GENESIS_MISMATCH',
    );
    guest.transport.mutator = undefined;
    expect(
      await refusalOf(
        beginEnrolment(guest.environment, {
          code: code.replace(/^./, (c) => (c === '0' ? '1' : '0')),
          password: 'x',
        }),
      ),
    ).toBe('INVITATION_CODE_INVALID');
    alterJson(guest, 'POST', /\/registrations$/, (json) => {
      (json['entries'] as unknown[]).splice(1, 1);
    });
    expect(await refusalOf(beginEnrolment(guest.environment, { code, password: 'x' }))).toBe('CHAIN_INVALID');
    expect([...guest.storage.entries.keys()]).toEqual([]);
  });

  test('a kit group that is not on the paper', async () => {
    const { code } = await ada.device.people.invite({ name: 'Guest two' });
    const guest = world.newDevice();
    const pending = await beginEnrolment(guest.environment, { code, password: 'x' });
    expect(await refusalOf(pending.complete({ typedGroups: ['AAAAAAA', 'BBBBBBB'], noteSigned: true }))).toBe(
      'KIT_INVALID',
    );
    await guest.complete(pending);
    expect(guest.device.me.person).toMatch(/^per_/);
  });
});

test('a bundle of epoch keys that was altered on its way is refused, and nothing is shown', async () => {
  const invited = await ada.device.people.invite({ name: 'Ben' });
  const ben = await world.enrol(invited.code);
  await ada.device.sync();
  await ada.device.access.grant({ room, person: invited.person, withHistory: true });
  alterBytesOf(ben, /\/attachments\//, (bytes) =>
    bytes.map((byte, index) => (index === bytes.length - 1 ? byte ^ 1 : byte)),
  );
  const sink = new MemorySink();
  expect(['EPOCH_KEY_REFUSED', 'NOT_A_MEMBER']).toContain(
    await refusalOf(ben.device.records.open({ record: first, sink, purpose: 'work' })),
  );
  expect(sink.chunks).toEqual([]);
  ben.transport.mutator = undefined;
  const again = new MemorySink();
  await ben.device.records.open({ record: first, sink: again, purpose: 'work' });
  expect(Buffer.compare(again.bytes(), file)).toBe(0);
});

function alterBytesOf(device: TestDevice, path: RegExp, change: (bytes: Uint8Array) => Uint8Array): void {
  device.transport.mutator = async (request, send) => {
    const answer = await send();
    return path.test(request.path) && answer.status === 200
      ? { ...answer, body: new Uint8Array(change(answer.body)) }
      : answer;
  };
}
