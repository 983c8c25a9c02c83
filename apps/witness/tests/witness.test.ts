/** The witness as logs meet it: the real server on a port, its database on a disk. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request as requestTls } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { noteSignatureTypes, parseNoteKey, verifyCheckpoint, verifyCosignatures } from '@strongroom/ledger';
import { initWitness, openWitnessHome, startWitness, trustLog } from '../src/index.ts';
import type { RunningWitness } from '../src/index.ts';
import { createRate } from '../src/rate.ts';
import { engine, SmallLog } from './kit/small-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'sr-witness-'));
const nowMs = 1_800_000_000_000;
const clock = { nowMs: () => nowMs, monotonicMs: () => performance.now(), schedule: () => () => undefined };
let homes = 0;
let running: RunningWitness[] = [];

async function makeHome(...logs: readonly SmallLog[]): Promise<{ home: string; vkey: string }> {
  const home = join(folder, `home-${(homes += 1)}`);
  const vkey = await initWitness({ engine, home, name: 'witness.example/1' });
  const { heads } = await openWitnessHome(engine, home, 'look');
  for (const log of logs) trustLog(engine, heads, log.vkey);
  heads.close();
  return { home, vkey };
}

async function start(home: string, onLog?: (line: string) => void): Promise<RunningWitness> {
  const witness = await startWitness({
    home,
    listening: { port: 0 },
    clock,
    ...(onLog === undefined ? {} : { onLog }),
  });
  running.push(witness);
  return witness;
}

async function post(
  url: string,
  body: string | Uint8Array,
): Promise<{ status: number; type: string; text: string }> {
  const response = await fetch(`${url}/add-checkpoint`, { method: 'POST', body: body as string });
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    text: await response.text(),
  };
}

let log: SmallLog;
let other: SmallLog;

beforeAll(async () => {
  log = await SmallLog.create({ origin: 'office.example/vault', size: 300, fork: 100 });
  other = await SmallLog.create({ origin: 'office.example/vault', size: 300, seedByte: 2 });
});

afterEach(async () => {
  await Promise.all(running.map((witness) => witness.close()));
  running = [];
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a witness', () => {
  it('cosigns a log that grows, remembers it over a restart, and shows it to monitors', async () => {
    const { home, vkey } = await makeHome(log);
    const first = await start(home);
    expect(first.vkey).toBe(vkey);
    expect(await (await fetch(first.url)).text()).toBe(`${vkey}\n`);
    const witnesses = [parseNoteKey(engine, vkey)];
    for (const [old, size] of [
      [0, 5],
      [5, 5],
      [5, 256],
    ] as const) {
      const answer = await post(first.url, await log.request(old, size));
      expect(answer).toMatchObject({ status: 200, type: 'text/plain; charset=utf-8' });
      const checkpoint = await log.checkpoint(size);
      const { signatures } = await verifyCosignatures(engine, { checkpoint, text: answer.text, witnesses });
      expect(signatures).toMatchObject([{ signedAtSeconds: nowMs / 1000 }]);
    }
    await first.close();
    const second = await start(home);
    expect(await post(second.url, await log.request(0, 300))).toEqual({
      status: 409,
      type: 'text/x.tlog.size',
      text: '256\n',
    });
    expect((await post(second.url, await log.request(256, 300))).status).toBe(200);
    const hash = createHash('sha256').update(log.origin).digest('hex');
    const kept = await fetch(`${second.url}/${hash}/checkpoint`);
    const verified = await verifyCheckpoint(engine, await kept.text(), { logs: [log.signer.key], witnesses });
    expect(verified).toMatchObject({ size: 300, cosignatures: [{ signedAtSeconds: nowMs / 1000 }] });
    expect((await fetch(`${second.url}/${'0'.repeat(64)}/checkpoint`)).status).toBe(404);
  });

  it('has every refusal of the specification', async () => {
    const { home } = await makeHome(log);
    const { url } = await start(home);
    expect((await post(url, await log.request(0, 120))).status).toBe(200);
    const stranger = await SmallLog.create({ origin: 'elsewhere.example/log', size: 5 });
    const ahead = (await log.request(0, 5)).replace('old 0', 'old 6');
    const cases: readonly (readonly [name: string, body: string | Uint8Array, status: number])[] = [
      ['nothing', '', 400],
      ['no request', 'hello\n\nworld', 400],
      ['bytes that are no text', Uint8Array.of(0xff, 0xfe), 400],
      ['old above the size', ahead, 400],
      ['an unknown origin', await stranger.request(0, 5), 404],
      ["another key's signature", await other.request(0, 5), 403],
      ['another history', await log.request(120, 200, 1), 422],
      ['another old size', await log.request(100, 200), 409],
      ['the same size with another root', await log.request(120, 120, 1), 409],
      ['too much', 'old 0\n'.padEnd(70_000, 'A'), 413],
    ];
    for (const [name, body, status] of cases) expect((await post(url, body)).status, name).toBe(status);
    for (const body of [await log.request(100, 200), await log.request(120, 120, 1)])
      expect(await post(url, body)).toEqual({ status: 409, type: 'text/x.tlog.size', text: '120\n' });
    expect((await fetch(`${url}/add-checkpoint`)).status).toBe(405);
    expect((await fetch(url, { method: 'PUT' })).status).toBe(405);
    expect((await fetch(`${url}/elsewhere`)).status).toBe(404);
    expect((await fetch(url, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
    expect((await post(url, await log.request(120, 200))).status).toBe(200);
  });

  it('moves its head once when many ask at once', async () => {
    const { home, vkey } = await makeHome(log);
    const { url } = await start(home);
    const bodies = await Promise.all(
      Array.from({ length: 24 }, async (_, place) => await log.request(0, 101 + place * 8, place % 2)),
    );
    const answers = await Promise.all(bodies.map(async (body) => await post(url, body)));
    expect(answers.filter(({ status }) => status === 200).length).toBe(1);
    const size = answers.findIndex(({ status }) => status === 200) * 8 + 101;
    for (const { status, text } of answers.filter((answer) => answer.status !== 200))
      expect({ status, text }).toEqual({ status: 409, text: `${size}\n` });
    const { heads } = await openWitnessHome(engine, home, 'look');
    expect(heads.list()).toMatchObject([{ origin: log.origin, head: { size } }]);
    heads.close();
    expect(parseNoteKey(engine, vkey).type).toBe(noteSignatureTypes.cosignatureV1);
  });

  it('answers over TLS with an authority of its own, under its name alone', async () => {
    const { home } = await makeHome(log);
    const witness = await startWitness({
      home,
      listening: { port: 0, hostName: 'witness.test', ownAuthority: true, listen: '127.0.0.1' },
    });
    running.push(witness);
    const ask = async (name: string): Promise<number | string> =>
      await new Promise((resolve) => {
        const asked = requestTls(
          {
            host: '127.0.0.1',
            port: witness.port,
            servername: name,
            headers: { host: name },
            ca: witness.authority?.certificate,
            method: 'POST',
            path: '/add-checkpoint',
          },
          (response) => resolve(response.resume().statusCode ?? 0),
        );
        asked.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'failed'));
        asked.end('nothing');
      });
    expect(await ask('witness.test')).toBe(400);
    expect(await ask('other.test')).toBeTypeOf('string');
  });

  it('logs what it did, and nothing that was sent', async () => {
    const lines: string[] = [];
    const { home } = await makeHome(log);
    const { url } = await start(home, (line) => lines.push(line));
    await post(url, await log.request(0, 5));
    await post(url, 'a secret word');
    const events = lines.map((line) => JSON.parse(line) as { event: string });
    expect(events.map(({ event }) => event)).toEqual([
      'witness.started',
      'witness.cosigned',
      'witness.refused',
    ]);
    expect(lines.join('')).not.toContain('secret');
  });
});

describe('the home of a witness', () => {
  it('is for its owner alone, made once, and has one witness', async () => {
    const { home } = await makeHome(log);
    for (const [path, mode] of [
      ['', 0o700],
      ['key', 0o600],
      ['witness.sqlite', 0o600],
    ] as const)
      expect(statSync(join(home, path)).mode & 0o777, path).toBe(mode);
    await expect(initWitness({ engine, home, name: 'witness.example/2' })).rejects.toMatchObject({
      code: 'TARGET_EXISTS',
    });
    await start(home);
    await expect(startWitness({ home, listening: { port: 0 } })).rejects.toMatchObject({
      code: 'HOME_IN_USE',
    });
  });

  it.each([
    ['lost heads', (home: string) => rmSync(join(home, 'witness.sqlite'))],
    [
      'another key',
      (home: string) =>
        writeFileSync(
          join(home, 'key'),
          `${readFileSync(join(home, 'key'), 'utf8').split('\n')[0]}\n${'00'.repeat(32)}\n`,
        ),
    ],
    ['a key that is none', (home: string) => writeFileSync(join(home, 'key'), 'key\n')],
    ['heads that are none', (home: string) => writeFileSync(join(home, 'witness.sqlite'), 'x'.repeat(4096))],
  ])('with %s is not started', async (_, damage) => {
    const { home } = await makeHome(log);
    damage(home);
    for (const suffix of ['-wal', '-shm']) rmSync(join(home, `witness.sqlite${suffix}`), { force: true });
    await expect(startWitness({ home, listening: { port: 0 } })).rejects.toMatchObject({
      code: 'HOME_DAMAGED',
    });
  });

  it('with the heads of another witness is not started', async () => {
    const [one, two] = [await makeHome(log), await makeHome(log)];
    writeFileSync(join(one.home, 'key'), readFileSync(join(two.home, 'key')));
    await expect(startWitness({ home: one.home, listening: { port: 0 } })).rejects.toMatchObject({
      code: 'HOME_DAMAGED',
    });
    await expect(
      startWitness({ home: join(folder, 'nowhere'), listening: { port: 0 } }),
    ).rejects.toMatchObject({ code: 'NAME_UNKNOWN' });
  });

  it('keeps the key of an origin, and trusts no cosigner as a log', async () => {
    const { home, vkey } = await makeHome(log);
    const { heads } = await openWitnessHome(engine, home, 'look');
    expect(trustLog(engine, heads, log.vkey)).toEqual({ origin: log.origin, isNew: false });
    expect(() => trustLog(engine, heads, other.vkey)).toThrow(
      expect.objectContaining({ code: 'TARGET_EXISTS' }),
    );
    expect(() => trustLog(engine, heads, vkey)).toThrow(expect.objectContaining({ code: 'FORMAT_INVALID' }));
    heads.close();
  });
});

it('counts each address, and all together', () => {
  let ms = 0;
  const rate = createRate(() => ms);
  const taken = (address: string): number => {
    let count = 0;
    while (count < 2_000 && rate.take(address)) count += 1;
    return count;
  };
  expect(taken('a')).toBe(600);
  expect(taken('b')).toBe(600);
  ms += 500;
  expect(taken('a')).toBe(5);
  for (let place = 0; place < 20; place += 1) taken(`c${place}`);
  expect(taken('d')).toBe(0);
  ms += 60_000;
  expect(taken('a')).toBe(600);
});
