/** Malformed calls at every route are typed refusals; nothing of what was sent comes back or reaches the log (D7). */
import { encodeBody } from '@strongroom/authority';
import { encodeBase64url, newId, officeId } from '@strongroom/core';
import type { DeviceId, RoomId, VaultId } from '@strongroom/core';
import { endpoints, limits, problem } from '@strongroom/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inventoryRoutes, startServer } from '../src/index.ts';
import type { RunningServer } from '../src/index.ts';
import { keepAttempt, takeAttempt } from '../src/features/sessions/index.ts';
import { makeHome } from './running-server.ts';
import { callServer, engine, TestMember } from './test-member.ts';

const home = makeHome();
const canary = 'canary-7f3a-Dupont';
const logged: string[] = [];
let server: RunningServer;
let owner: TestMember;
let vault: VaultId;
let room: RoomId;

beforeAll(async () => {
  server = await startServer({ home: home.path, port: 0, onLog: (line) => logged.push(line) });
  owner = await TestMember.createFirm(server.url, server.firstRunCode ?? '');
  vault = await owner.createVault();
  room = await owner.createClient(vault, 'C-2K7Q');
});
afterAll(async () => {
  await server?.close();
  home.remove();
});

const bodies: readonly unknown[] = [
  {},
  [],
  null,
  1,
  canary,
  { [canary]: canary },
  { body: canary, sigs: [[canary, canary]] },
  { __proto__: null, constructor: { prototype: 1 } },
  { ledger: canary, chains: [[canary, -1]], known: { office: -1 } },
  { request: 'AAAA' },
  { room: canary, hour: 2 ** 60, count: 1e9 },
  { person: canary, device: canary, loginRequest: canary },
];

describe.each(inventoryRoutes())('$method $path', ({ name, method, path }) => {
  test('refuses what is malformed with a typed problem', async () => {
    const endpoint = endpoints[name];
    const filled = path
      .replace(':vault', vault)
      .replace(':ledger', officeId)
      .replace(/:[a-z]+/gi, canary)
      .replace('/*', `/${canary}`);
    if (endpoint.limits.bodyBytesMax === 0) {
      if (
        path.includes(':') &&
        name !== 'endSession' &&
        !/\/(clients|intake|keyring|checkpoint)$/.test(path)
      ) {
        const answer = await owner.call(method, `${filled}?offset=-1&length=x&from=${canary}&to=1e3`);
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(problem.safeParse(answer.json).success).toBe(true);
        expect(JSON.stringify(answer.json)).not.toContain(canary);
      }
      return;
    }
    for (const body of bodies) {
      const answer = await owner.call(method, filled, body);
      expect([name, JSON.stringify(body), answer.status]).toEqual([
        name,
        JSON.stringify(body),
        expect.toSatisfy((status: number) => status >= 400 && status < 500),
      ]);
      expect(problem.safeParse(answer.json).success).toBe(true);
      expect(JSON.stringify(answer.json)).not.toContain(canary);
    }
  });
});

test('a body that is too long, no JSON, or of another type is refused before anything else', async () => {
  const long = await callServer(server.url, 'POST', '/v1/sync', {
    session: owner.session,
    body: { pad: 'x'.repeat(limits.largeBodyBytesMax + 10) },
  }).catch(() => undefined);
  if (long !== undefined) expect([long.status, long.json['code']]).toEqual([413, 'LIMIT_EXCEEDED']);
  const raw = await fetch(`${server.url}/v1/sync`, {
    method: 'POST',
    headers: { authorization: `Bearer ${owner.session}`, 'content-type': 'application/json' },
    body: '{"a":',
  });
  expect(await raw.json()).toMatchObject({ code: 'REQUEST_INVALID', details: { reason: 'json' } });
  const form = await fetch(`${server.url}/v1/sync`, {
    method: 'POST',
    headers: { authorization: `Bearer ${owner.session}`, 'content-type': 'text/plain' },
    body: '{}',
  });
  expect(await form.json()).toMatchObject({ code: 'REQUEST_INVALID', details: { reason: 'content-type' } });
});

test('a first-run code is good once, and only for the first firm', async () => {
  const body = {
    code: server.firstRunCode ?? '',
    firm: owner.firm,
    person: owner.person,
    registrationRequest: 'AAAA',
  };
  expect((await callServer(server.url, 'POST', '/v1/firm/prepare', { body })).json['code']).toBe(
    'FIRST_RUN_CODE_INVALID',
  );
});

test('the rate of an endpoint is kept for each asker', async () => {
  const perMinute = endpoints.getDoctor.limits.perMinute;
  const answers = [await owner.call('GET', '/v1/doctor')];
  // On a slow machine some of what is spent comes back while it is spent.
  while (answers.at(-1)?.status === 200 && answers.length < 4 * perMinute)
    answers.push(await owner.call('GET', '/v1/doctor'));
  expect(answers.length).toBeGreaterThan(perMinute);
  expect(answers.at(-1)?.json).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) });
  expect((await owner.call('GET', '/v1/vaults')).status).toBe(200);
});

test('strangers who claim to be a person do not end his sign-in, nor lock him out', async () => {
  const { context } = server;
  const attempt = (device: string, id: Uint8Array): void =>
    keepAttempt(context, id, {
      person: owner.person,
      device: device as DeviceId,
      state: '',
      challenge: id,
      loginResponse: id,
      isOwnDevice: device === owner.device,
      startedMs: context.clock.monotonicMs(),
    });
  const own = engine.randomBytes(16);
  attempt(owner.device, own);
  const strangers = Array.from({ length: 2 * limits.attemptsPerPersonMax }, () => engine.randomBytes(16));
  for (const id of strangers) attempt(newId(engine, 'dev'), id);
  expect(takeAttempt(context, own)).toBeDefined();
  expect(takeAttempt(context, own)).toBeUndefined();
  expect(strangers.filter((id) => takeAttempt(context, id) !== undefined)).toHaveLength(
    limits.attemptsPerPersonMax - 1,
  );
  // More tries under one name than any one asker has: the next person's, and his own, are still answered.
  const perMinute = endpoints.startSignIn.limits.perMinute;
  for (let call = 0; call <= perMinute; call++) {
    const body = { person: owner.person, device: owner.device, loginRequest: 'AAAA' };
    const answer = await callServer(server.url, 'POST', '/v1/sessions/start', { body });
    expect(answer.json['code']).not.toBe('RATE_LIMITED');
  }
});

test('signing in is refused alike for a wrong device, an unknown person, and a session that was ended', async () => {
  const other = await owner.invite();
  const session = owner.session;
  expect((await owner.call('DELETE', '/v1/sessions/current')).status).toBe(204);
  expect((await callServer(server.url, 'GET', '/v1/vaults', { session })).json['code']).toBe(
    'SESSION_REQUIRED',
  );
  const mixed = Object.assign(Object.create(Object.getPrototypeOf(owner)), owner, { device: other.device });
  expect((await mixed.signIn()).json['code']).toBe('SIGN_IN_REFUSED');
  const starts = [];
  for (const person of [owner.person, `per_${'b'.repeat(25)}a`]) {
    const answer = await callServer(server.url, 'POST', '/v1/sessions/start', {
      body: {
        person,
        device: owner.device,
        loginRequest: (await import('@serenity-kit/opaque')).client.startLogin({ password: 'x' })
          .startLoginRequest,
      },
    });
    starts.push([
      answer.status,
      Object.entries(answer.json).map(([key, value]) => [key, String(value).length]),
    ]);
  }
  expect(starts[0]).toEqual(starts[1]);
  await owner.signIn();
});

test('neither the log nor an error holds anything but codes, ids and numbers', () => {
  const all = logged.join('');
  expect(all.length).toBeGreaterThan(1_000);
  expect(all).not.toContain(canary);
  expect(all).not.toContain(owner.session);
  expect(all).not.toContain(room);
  const keys = new Set(logged.flatMap((line) => Object.keys(JSON.parse(line) as object)));
  const allowed = [
    'at',
    'event',
    'requestId',
    'endpoint',
    'status',
    'code',
    'ledger',
    'index',
    'count',
    'durationMs',
    'port',
    'exitCode',
    'job',
    'where',
  ];
  expect([...keys].filter((key) => !allowed.includes(key))).toEqual([]);
});

test('whoever is invited brings no lines that the server alone may write', async () => {
  const lines = [
    { k: 'signed-in', l: officeId, d: owner.device, person: owner.person, ok: true },
    { k: 'refused', l: officeId, d: owner.device, code: 'ACCESS_DENIED', of: 'open', count: 1_000 },
  ] as const;
  for (const line of lines) {
    const sigs: [string, string][] = [[owner.device, encodeBase64url(new Uint8Array(64))]];
    const following = [{ body: encodeBase64url(encodeBody(line)), sigs }];
    await expect(owner.invite([], following)).rejects.toThrow(/REQUEST_INVALID/);
  }
});
