/** A member without the right at every route of the real server, and an insider with its database in his hands. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RequestedPart, WrapRow } from '@strongroom/authority';
import { newId, officeId } from '@strongroom/core';
import type { TransportResponse } from '@strongroom/device';
import { endpoints } from '@strongroom/protocol';
import { inventoryRoutes, serverFaultPoints } from '@strongroom/server';
import type { Route } from '@strongroom/server';
import { getAttack } from './harness/attacks.ts';
import { createCollectingSink } from './harness/collecting-sink.ts';
import type { DeviceHome } from './harness/device-home.ts';
import { RawMember } from './harness/raw-member.ts';
import { contentOf, foundOffice, RealFirm } from './harness/real-firm.ts';
import type { Office } from './harness/real-firm.ts';

let office: Office;

beforeAll(async () => {
  office = await foundOffice();
}, 180_000);
afterAll(async () => await office.firm.remove());

const textOf = ({ body }: TransportResponse): string => new TextDecoder().decode(body);
const codeOf = (response: TransportResponse): string =>
  (JSON.parse(textOf(response)) as { code: string }).code;

/** The wraps of a record's first version, as a member of its room reads them in the chain. */
async function wrapsOf(record: string): Promise<readonly WrapRow[]> {
  const member = await RawMember.of(office.firm, office.colleague);
  const { entries } = await member.readChain(office.vault, office.room);
  for (const { body } of entries) if (body.k === 'written' && body.record === record) return body.wraps;
  throw new Error('no such record');
}

async function partsOf(record: string): Promise<RequestedPart[]> {
  const { room } = office;
  return (await wrapsOf(record)).map(({ part, slot, hw }) => [room, record as never, 1, part, slot, hw]);
}

describe('J14: whether something exists', () => {
  test('J14: denied, absent, elsewhere and misnamed are refused alike, each with a line of its own', async () => {
    const { firm, outsider, vault, otherRoom, colleague } = office;
    const member = await RawMember.of(firm, outsider);
    const watcher = await RawMember.of(firm, colleague);
    const { engine } = member;
    const [part] = await partsOf(office.other);
    if (part === undefined) throw new Error('no part');
    const [room, record, version, kind, slot, hw] = part;
    const variants: readonly RequestedPart[] = [
      part,
      [room, newId(engine, 'rec'), version, kind, slot, hw],
      [newId(engine, 'rom'), record, version, kind, slot, hw],
      [otherRoom, office.foreign, version, kind, slot, hw],
      [room, record, 7, kind, slot, hw],
      [room, record, version, kind, slot + 1_000_000, hw],
      [room, record, version, kind, slot, engine.randomBytes(32)],
    ];
    const seen = new Set<string>();
    for (const variant of variants) {
      const before = (await watcher.readChain(vault, office.room)).size;
      const response = await member.openParts(vault, [variant]);
      const after = (await watcher.readChain(vault, office.room)).size;
      const { requestId: _id, ...problem } = JSON.parse(textOf(response)) as Record<string, unknown>;
      const { date: _date, ...headers } = response.headers;
      seen.add(JSON.stringify([response.status, response.body.length, problem, headers, after - before]));
    }
    expect([...seen]).toHaveLength(1);
    const [status, , problem, , lines] = JSON.parse([...seen][0] ?? '[]') as [
      number,
      number,
      { code: string },
      object,
      number,
    ];
    expect(getAttack('J14').expected).toContain(problem.code);
    expect([status, lines]).toEqual([403, 1]);
  });

  test('J14: so are the ciphertexts of a version, whether the record is there or not', async () => {
    const { firm, outsider, vault } = office;
    const member = await RawMember.of(firm, outsider);
    const seen = new Set<string>();
    for (const record of [office.other, office.foreign, newId(member.engine, 'rec')]) {
      for (const version of [1, 9]) {
        const response = await member.call(
          'getVersion',
          `/v1/vaults/${vault}/records/${record}/versions/${version}`,
        );
        seen.add(`${response.status} ${codeOf(response)} ${response.body.length}`);
      }
    }
    expect([...seen]).toHaveLength(1);
    expect([...seen][0]).toMatch(/^403 ACCESS_DENIED /);
  });
});

describe('J10: a route without the gate', () => {
  /** A path with ids of what is really there, so that only the right is missing. */
  function pathOf({ path }: Route): string {
    const values: Readonly<Record<string, string>> = {
      ledger: office.vault,
      vault: office.vault,
      record: office.other,
      version: '1',
      index: '0',
      hash: 'A'.repeat(43),
      upload: newId(office.owner.environment.engine, 'upl'),
      part: '0',
      disposal: newId(office.owner.environment.engine, 'dsp'),
    };
    const filled = path
      .split('/')
      .map((part) =>
        part === '*' ? 'checkpoint' : part.startsWith(':') ? (values[part.slice(1)] ?? 'x') : part,
      )
      .join('/');
    if (path.endsWith('/body')) return `${filled}?offset=0&length=74`;
    return path.endsWith('/consistency') ? `${filled}?from=1&to=2` : filled;
  }

  async function ask(route: Route, path: string, session?: string): Promise<TransportResponse> {
    return await office.firm.honest.send({
      method: route.method,
      path,
      headers: {
        ...(session === undefined ? {} : { authorization: `Bearer ${session}` }),
        ...(route.method === 'GET' ? {} : { 'content-type': 'application/json' }),
      },
      ...(route.method === 'GET' || route.method === 'DELETE'
        ? {}
        : { body: new TextEncoder().encode('{}') }),
    });
  }

  test('J10: the list of routes is the endpoint table', () => {
    expect(
      inventoryRoutes()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(Object.keys(endpoints).sort());
  });

  test('J10: without a session, or with one made up, every route but the public ones refuses', async () => {
    const routes = inventoryRoutes().filter(({ gate }) => gate !== 'public');
    for (const route of routes) {
      for (const session of [
        undefined,
        'A'.repeat(43),
        '',
        `${office.owner.session}A`,
        office.owner.session.slice(1),
      ]) {
        const response = await ask(route, pathOf(route), session);
        expect(response.status, `${route.name} ${textOf(response)}`).toBeGreaterThanOrEqual(400);
        const isOpen = ['first-run', 'invitation', 'witness'].includes(route.gate);
        if (!isOpen) expect(codeOf(response), route.name).toBe('SESSION_REQUIRED');
      }
    }
  });

  test('J10: with the session of a person without the right, every route about a room or a firm’s office refuses', async () => {
    const guarded = [
      'ledger.read',
      'ledger.export',
      'vault.create',
      'room.create',
      'room.write',
      'record.open',
      'firm.administer',
    ];
    const routes = inventoryRoutes().filter(({ gate }) => guarded.includes(gate));
    expect(routes.length).toBeGreaterThan(10);
    const { outsider, room, vault } = office;
    const member = await RawMember.of(office.firm, outsider);
    const { engine } = member;
    const signed = {
      body: new Uint8Array(40),
      sigs: [[member.device, new Uint8Array(64)] as [string, Uint8Array]],
    };
    const bodies: Readonly<Record<string, unknown>> = {
      prepareVault: { vault: newId(engine, 'vlt') },
      takeSlots: { room, hour: 0, count: 1 },
      startUpload: { upload: newId(engine, 'upl'), room, storedBytes: 100 },
      takeRoomSlots: { rooms: [room] },
      getCards: { versions: [[room, office.other, 1]] },
      createVault: { ...signed, known: { office: 0 } },
      createClient: { ...signed, attachments: [], known: { office: 0 } },
    };
    for (const route of routes) {
      const body = bodies[route.name];
      const response =
        body === undefined
          ? await ask(route, pathOf(route), member.session)
          : await member.call(route.name, pathOf(route), body);
      expect(response.status, `${route.name} ${textOf(response)}`).toBeGreaterThanOrEqual(400);
      expect(response.status, route.name).toBeLessThan(500);
      const isMalformed = body === undefined && route.method !== 'GET';
      if (!isMalformed && route.name !== 'getInclusion')
        expect(codeOf(response), route.name).toBe('ACCESS_DENIED');
    }
    const chain = await member.call('sync', '/v1/sync', {
      ledger: vault,
      chains: [[room, 0]],
      known: { office: 0 },
    });
    expect(codeOf(chain)).toBe('ACCESS_DENIED');
  });

  test('J10: other spellings of a path lead nowhere', async () => {
    const session = office.outsider.session;
    for (const route of inventoryRoutes().filter(({ gate }) => gate === 'record.open')) {
      const path = pathOf(route);
      const [before = '', query = ''] = path.split('?');
      for (const spelling of [
        `${before}/`,
        `${before}.json`,
        before.toUpperCase(),
        `/${before}`,
        before.replace('/v1', '/v1/.'),
        `${before}%2f`,
      ]) {
        for (const method of [route.method, 'GET', 'HEAD', 'PATCH']) {
          const response = await office.firm.honest
            .send({
              method,
              path: query === '' ? spelling : `${spelling}?${query}`,
              headers: { authorization: `Bearer ${session}` },
            })
            .catch(() => undefined);
          expect(response?.status ?? 400, `${method} ${spelling}`).toBeGreaterThanOrEqual(400);
        }
      }
    }
  });
});

describe('J11: the ledger of the server cannot be written', () => {
  const points = serverFaultPoints.filter((point) => point.startsWith('server.append.'));

  test.each(points)(
    'J11: no key comes with a line that failed at %s, and one line with the key that does',
    async (point) => {
      const { firm, colleague, room, vault } = office;
      const home = colleague.copy();
      const device = await home.device();
      await device.sync();
      const watcher = await RawMember.of(firm, colleague);
      const before = (await watcher.readChain(vault, room)).size;
      home.server.clear();
      const failed = watchReleases(home);
      await firm.faults.server.arm(point, 'fail');
      const sink = createCollectingSink();
      // The device repeats the same signed request while the server is out of order; nothing else may happen in between.
      await device.records.open({ record: office.other, sink, purpose: 'work' });
      await firm.faults.server.disarm();
      expect(failed.map(codeOf)).toHaveLength(1);
      for (const response of failed) expect(getAttack('J11').expected).toContain(codeOf(response));
      expect(Buffer.compare(sink.shown, contentOf('other'))).toBe(0);
      expect((await watcher.readChain(vault, room)).size - before).toBe(1);
    },
  );

  /** The answers to release requests that were no releases. */
  function watchReleases(home: DeviceHome): readonly TransportResponse[] {
    const failed: TransportResponse[] = [];
    home.server.watch(({ name }, response) => {
      if (name === 'release' && response.status >= 300) failed.push(response);
    });
    return failed;
  }
});

describe('F11: a row changed in the server’s database', () => {
  test('F11: the line of a removal struck out in the database re-instates nobody', async () => {
    const { firm, owner, room, vault } = office;
    const device = await owner.device();
    const { person, home } = await firm.enrol(owner);
    await device.access.grant({ room, person });
    await (await home.device()).sync();
    const parts = await partsOf(office.other);
    await device.access.revoke({ room, person });
    await firm.stop();
    const changed = changeRows(firm.home, vault);
    expect(changed).toBeGreaterThan(0);
    const again = await RealFirm.start(firm.home);
    office = { ...office, firm: again };
    for (const each of [home, owner, office.colleague, office.outsider]) each.moveTo(again);
    const member = await RawMember.of(again, home);
    const response = await member.openParts(vault, parts);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(getAttack('F11').expected).toContain(codeOf(response));
  });

  test('F11: a session row that names another person opens nothing', async () => {
    const { firm, outsider, owner, vault } = office;
    const parts = await partsOf(office.other).catch(() => []);
    const member = await RawMember.of(firm, outsider);
    const { device, person } = (await owner.device()).me;
    const database = new DatabaseSync(databaseOf(firm.home, officeId));
    database
      .prepare('UPDATE sessions SET person = ?, device = ? WHERE person = ?')
      .run(person, device, member.person);
    database.close();
    const wanted: RequestedPart[] =
      parts.length > 0 ? parts : [[office.room, office.other, 1, 'card', 1, new Uint8Array(32)]];
    for (const d of [device, member.device]) {
      const response = await member.openParts(vault, wanted, { d });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(getAttack('F11').expected).toContain(codeOf(response));
    }
  });

  /** Marks every removal and rotation of a vault as void, as a row that "was refused". */
  function changeRows(home: string, ledger: string): number {
    const database = new DatabaseSync(databaseOf(home, ledger));
    const { changes } = database
      .prepare("UPDATE entries SET void_code = 'VOID_RIGHT' WHERE kind IN ('access.revoked')")
      .run();
    database.exec(
      "DELETE FROM chain_places WHERE position IN (SELECT position FROM entries WHERE kind = 'access.revoked')",
    );
    database.close();
    return Number(changes);
  }

  function databaseOf(home: string, ledger: string): string {
    const data = join(home, 'data');
    for (const name of readdirSync(data, { recursive: true, encoding: 'utf8' })) {
      const isIts = ledger === officeId ? /office/.test(name) : name.includes(ledger);
      if (isIts && /\.(db|sqlite)$/.test(name) && existsSync(join(data, name))) return join(data, name);
    }
    throw new Error(
      `no database of ${ledger} in ${readdirSync(data, { recursive: true, encoding: 'utf8' }).join(' ')}`,
    );
  }
});
