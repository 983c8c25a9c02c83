/** Backups of a real server that leave the house, come back, and are tried. */
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '@strongroom/server';
import type { RunningServer } from '@strongroom/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { foundFirm, json, password, run } from '../cli/command-line.ts';
import { credentialsText, startS3Server } from './s3-server.ts';
import type { S3Server } from './s3-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'sr-away-'));
const place = { folder, home: 'lap' };
const stepMs = 180_000;

let server: RunningServer;
let bucket: S3Server;
let client = '';

beforeAll(async () => {
  bucket = await startS3Server();
  server = await startServer({ home: join(folder, 'server'), port: 0 });
  ({ client } = await foundFirm(place, server));
  mkdirSync(join(folder, 'nas'));
  writeFileSync(join(folder, 'keys'), credentialsText, { mode: 0o600 });
  await add('first.pdf', 300_000);
}, stepMs);
afterAll(async () => {
  await server.close();
  bucket.close();
  rmSync(folder, { recursive: true, force: true });
});

async function add(name: string, sizeBytes: number): Promise<void> {
  writeFileSync(join(folder, name), randomBytes(sizeBytes));
  await json(place, ['records', 'add', name, '--client', client]);
}

async function say<T>(args: readonly string[], code = 0): Promise<T> {
  const ended = await run(place, ['backup', ...args, '--json']);
  expect(ended.code, ended.err).toBe(code);
  return JSON.parse(ended.out === '' ? (ended.err.trim().split('\n').at(-1) ?? '') : ended.out) as T;
}

const push = ['push', 'nas'];
const asWho = ['--credentials', 'keys'];
const error = (code: string) => ({ error: { code } });

test(
  'what is pushed is what the folder has, once; what is pulled verifies and is whole',
  async () => {
    await say(['create', 'nas']);
    bucket.busy = 1;
    const sent = await say<{ sent: number; backups: string[] }>([...push, bucket.url, ...asWho]);
    expect(sent.backups).toHaveLength(1);
    const onDisk = readdirSync(join(folder, 'nas'), { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile(),
    );
    expect(bucket.objects.size).toBe(onDisk.length);
    for (const { name, parentPath } of onDisk) {
      const path = join(parentPath, name);
      const key = `acme/${path.slice(join(folder, 'nas').length + 1)}`;
      expect(bucket.objects.get(key)?.equals(readFileSync(path)), key).toBe(true);
    }
    // The list goes last: half of a backup is none.
    expect(bucket.asked.filter((one) => one.startsWith('PUT')).at(-1)).toMatch(/SHA256SUMS$/u);
    expect(await say([...push, bucket.url, ...asWho])).toMatchObject({ sent: 0 });

    // An answer that broke off in the middle is asked for again, and begins anew.
    bucket.cuts = 3;
    expect(await say(['pull', bucket.url, 'back', ...asWho])).toMatchObject({ id: sent.backups[0] });
    expect(bucket.cuts).toBe(0);
    expect(await say(['verify', 'back', '--from-kit', 'kit.txt'])).toMatchObject({
      missing: [],
      altered: [],
      contents: { problems: [] },
    });
    expect(await say(['pull', bucket.url, 'back', ...asWho])).toMatchObject({ brought: 0 });
  },
  stepMs,
);

test(
  'what is old is removed by rule, what others keep there stays, and a lying bucket brings nothing',
  async () => {
    bucket.objects.set('acme/notes.txt', Buffer.from('of somebody else'));
    await add('second.pdf', 200_000);
    const { id } = await say<{ id: string }>(['create', 'nas', '--keep', '1']);
    expect(await say([...push, bucket.url, ...asWho, '--keep', '1'])).toMatchObject({
      backups: [id],
      removed: 1,
    });
    expect(
      [...bucket.objects.keys()].filter((key) => key.includes('/backups/')).every((key) => key.includes(id)),
    ).toBe(true);
    expect(bucket.objects.has('acme/notes.txt')).toBe(true);
    const body = [...bucket.objects.keys()].find((key) => key.includes('/bodies/')) ?? '';
    const bytes = bucket.objects.get(body) ?? Buffer.alloc(0);
    bucket.objects.set(body, Buffer.from(bytes.map((byte, at) => (at === 9 ? byte ^ 1 : byte))));
    expect((await run(place, ['backup', 'pull', bucket.url, 'lied', ...asWho])).code).toBe(5);
    expect(existsSync(join(folder, 'lied', 'backups', id))).toBe(false);
    bucket.objects.set(body, bytes);
    expect(await say(['pull', bucket.url, 'lied', ...asWho])).toMatchObject({ id });
  },
  stepMs,
);

test(
  'a head in the bucket that is too long or no head is damage, told as such',
  async () => {
    const head = [...bucket.objects.keys()].findLast((key) => key.endsWith('/head.json')) ?? '';
    const bytes = bucket.objects.get(head) ?? Buffer.alloc(0);
    expect(bytes.length).toBeGreaterThan(0);
    for (const wrong of [
      Buffer.from('{'),
      Buffer.from('null'),
      Buffer.concat([Buffer.alloc(2 ** 21, ' '), bytes]),
    ]) {
      bucket.objects.set(head, wrong);
      expect(await say([...push, bucket.url, ...asWho], 5)).toMatchObject(error('BACKUP_DAMAGED'));
    }
    bucket.objects.set(head, bytes);
    expect(await say([...push, bucket.url, ...asWho])).toMatchObject({ sent: 0 });
  },
  stepMs,
);

test(
  'a wrong secret, plain HTTP beyond this machine and a bucket that is away are refused',
  async () => {
    writeFileSync(join(folder, 'wrong'), credentialsText.replace('KEY', 'KEz'), { mode: 0o600 });
    expect(await say([...push, bucket.url, '--credentials', 'wrong'], 1)).toMatchObject(
      error('BUCKET_REFUSED'),
    );
    expect(await say([...push, 'http://192.0.2.1/copies', ...asWho], 1)).toMatchObject(
      error('PLAINTEXT_BEYOND_LOOPBACK'),
    );
    expect(await say([...push, 'https://localhost', ...asWho], 1)).toMatchObject(error('INPUT_INVALID'));
  },
  stepMs,
);

test(
  'a drill brings a backup back, compares it with the home, leaves evidence and nothing else',
  async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('strongroom-drill-'));
    const report = await say<{ report: string }>([
      'drill',
      'nas',
      '--from-kit',
      'kit.txt',
      '-o',
      'drill.json',
    ]);
    expect(report).toMatchObject({
      bodies: 2,
      databases: 2,
      missing: [],
      hasWarden: false,
      ledgers: [{ ofHome: 'part' }, { ofHome: 'part' }],
    });
    expect(JSON.parse(readFileSync(join(folder, 'drill.json'), 'utf8'))).toMatchObject({ bodies: 2 });
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('strongroom-drill-'))).toEqual(before);

    const [body = ''] = readdirSync(join(folder, 'nas', 'bodies'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name, parentPath }) => join(parentPath, name));
    const bytes = readFileSync(body);
    bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 1;
    writeFileSync(body, bytes);
    expect(await say(['drill', 'nas', '--from-kit', 'kit.txt', '-o', 'bad.json'], 5)).toMatchObject({
      problem: { code: 'BACKUP_DAMAGED', path: expect.stringContaining('bodies/') as string },
    });
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('strongroom-drill-'))).toEqual(before);
    const { out } = await run(place, ['doctor', '--json'], { '--password-fd': password });
    expect(out).toContain('BACKUP_DRILL_FAILED');
  },
  stepMs,
);
