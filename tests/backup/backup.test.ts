/** Backups of a real server that runs on: what is in them, what is not, what becomes of them when something is wrong. */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { formatKit, newKit } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { startServer } from '@strongroom/server';
import type { RunningServer } from '@strongroom/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { foundFirm, json, run } from '../cli/command-line.ts';
import { openBackup } from './kit/open-backup.ts';

const folder = mkdtempSync(join(tmpdir(), 'sr-backup-'));
const place = { folder, home: 'lap' };
const home = join(folder, 'server');
const target = join(folder, 'nas');
const main = new URL('../../apps/cli/src/main.ts', import.meta.url).pathname;
const stepMs = 180_000;
const engine = createNodeEngine();

type Made = {
  readonly id: string;
  readonly files: number;
  readonly copied: number;
  readonly removed: number;
  readonly missing: readonly string[];
};
type Report = {
  readonly id: string;
  readonly missing: readonly string[];
  readonly altered: readonly string[];
  readonly contents: {
    readonly bodies: number;
    readonly ledgers: readonly { readonly entries: number }[];
    readonly problems: readonly { readonly code: string }[];
  } | null;
};

let server: RunningServer;
let client = '';
let kitText = '';

const create = async (...args: readonly string[]): Promise<Made> => {
  const { code, out, err } = await run(place, ['backup', 'create', 'nas', '--json', ...args]);
  expect(code, err).toBe(0);
  return JSON.parse(out) as Made;
};
const verify = async (...args: readonly string[]): Promise<{ code: number; report: Report }> => {
  const { code, out, err } = await run(place, ['backup', 'verify', 'nas', ...args, '--json']);
  expect(out, err).not.toBe('');
  return { code, report: JSON.parse(out) as Report };
};
const refusal = async (...args: readonly string[]): Promise<string> => {
  const { err } = await run(place, ['backup', ...args, '--json']);
  return (JSON.parse(err.trim().split('\n').at(-1) ?? '{}') as { error: { code: string } }).error.code;
};
const add = async (name: string, sizeBytes: number): Promise<void> => {
  writeFileSync(join(folder, name), randomBytes(sizeBytes));
  await json(place, ['records', 'add', name, '--client', client]);
};
const listBodies = (): string[] =>
  readdirSync(join(target, 'bodies'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => join(parentPath, name));

beforeAll(async () => {
  server = await startServer({ home, port: 0 });
  ({ client } = await foundFirm(place, server));
  const kit = readFileSync(join(folder, 'kit.txt'), 'utf8');
  kitText = [...kit.matchAll(/^\s*\d\.\s+(\S+)$/gmu)].map(([, group]) => group).join('-');
  await add('deed.pdf', 300_000);
  await add('note.pdf', 1000);
}, stepMs);
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

test('says what is wrong before it writes anything', { timeout: stepMs }, async () => {
  expect(await refusal('create', 'nas')).toBe('FILE_UNREADABLE');
  expect(existsSync(target)).toBe(false);
  mkdirSync(join(home, 'copies'));
  expect(await refusal('create', 'server/copies')).toBe('BACKUP_TARGET_INSIDE');
  expect(await refusal('create', '.')).toBe('BACKUP_TARGET_INSIDE');
  expect(readdirSync(join(home, 'copies'))).toEqual([]);
  mkdirSync(target);
  expect(await refusal('create', 'nas', '--home', 'lap')).toBe('BACKUP_NO_FIRM');
  expect((await run(place, ['backup', 'list', 'nas'])).out).toContain('no backup');
  expect(await refusal('verify', 'nas')).toBe('BACKUP_UNKNOWN');
  const findings = await json<{ code: string }[]>(place, ['doctor']);
  expect(findings.map(({ code }) => code)).toEqual(
    expect.arrayContaining(['BACKUP_NONE', 'DISASTER_COPY_NONE']),
  );
  const lock = new DatabaseSync(join(home, 'backup-lock'));
  lock.exec('begin exclusive');
  expect(await refusal('create', 'nas')).toBe('BACKUP_RUNNING');
  lock.close();
});

test(
  'copies what changed, opens with the printed kit alone, and holds nothing of the warden',
  { timeout: stepMs },
  async () => {
    const first = await create();
    expect(first).toMatchObject({ copied: 2, missing: [] });
    await add('later.pdf', 600_000);
    const second = await create();
    expect(second).toMatchObject({ copied: 1, missing: [] });
    expect(readdirSync(join(home)).includes('backup-work')).toBe(false);
    for (const { id } of [first, second]) {
      const { code, report } = await verify(id, '--from-kit', 'kit.txt');
      expect(report).toMatchObject({ id, missing: [], altered: [], contents: { problems: [] } });
      expect(code).toBe(0);
    }
    const { report } = await verify(second.id, '--from-kit', 'kit.txt');
    expect(report.contents?.bodies).toBe(3);
    expect(report.contents?.ledgers).toHaveLength(2);
    expect((await verify()).report).toMatchObject({ id: second.id, contents: null });
    // The list is one that other tools read.
    execFileSync('sha256sum', ['--check', '--quiet', `backups/${second.id}/SHA256SUMS`], { cwd: target });

    const { plain, listed } = await openBackup(target, second.id, kitText);
    expect(listed.filter((path) => path.startsWith('bodies/'))).toHaveLength(3);
    const all = Buffer.concat([...plain.values()]);
    const bodies = join(home, 'data', 'vaults');
    const stored = readdirSync(bodies, { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && entry.name.startsWith('upl_'),
    );
    expect(stored).toHaveLength(3);
    for (const { name, parentPath } of stored)
      expect(all.includes(readFileSync(join(parentPath, name)))).toBe(true);
    expect(all.includes(readFileSync(join(home, 'opaque-setup')))).toBe(true);
    // Nothing of the warden's secrets, neither in clear nor inside: its state key, and its state with the signing keys.
    const onDisk = Buffer.concat(
      readdirSync(target, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name, parentPath }) => readFileSync(join(parentPath, name))),
    );
    const secret = [
      join(home, 'warden', 'state-key'),
      ...readdirSync(join(home, 'warden', 'state')).map((name) => join(home, 'warden', 'state', name)),
    ];
    expect(secret.length).toBeGreaterThan(1);
    let looked = 0;
    for (const path of secret) {
      const bytes = readFileSync(path);
      for (let at = 0; at + 16 <= bytes.length; at += 64) {
        const piece = bytes.subarray(at, at + 16);
        if (new Set(piece).size < 8) continue;
        looked += 1;
        expect(all.includes(piece) || onDisk.includes(piece), path).toBe(false);
      }
    }
    expect(looked).toBeGreaterThan(3);
    for (const word of ['Jan Kowalski', 'deed.pdf', 'Nowak']) expect(onDisk.includes(word)).toBe(false);

    const rows = JSON.parse((await run(place, ['backup', 'list', 'nas', '--json'])).out) as Made[];
    expect(rows.map(({ id }) => id)).toEqual([first.id, second.id]);
    const findings = await json<{ code: string; severity: string }[]>(place, ['doctor']);
    expect(findings.find(({ code }) => code === 'BACKUP_AGE')).toMatchObject({ severity: 'notice' });
    expect(findings.some(({ code }) => code === 'BACKUP_NONE')).toBe(false);
  },
);

test('another kit opens nothing; another firm is kept out of the folder', { timeout: stepMs }, async () => {
  const kit = readFileSync(join(folder, 'kit.txt'), 'utf8');
  writeFileSync(join(folder, 'torn.txt'), kit.replace(/^\s*3\..*$/mu, ' 3.  0000000'));
  expect(await refusal('verify', 'nas', '--from-kit', 'torn.txt')).toBe('KIT_INVALID');
  const other = formatKit(engine, newKit(engine));
  const { err } = await run(place, ['backup', 'verify', 'nas', '--json'], { '--kit-fd': other });
  expect(err).toContain('KIT_OTHER');
  const newest = readdirSync(join(target, 'backups')).toSorted().at(-1) ?? '';
  const headPath = join(target, 'backups', newest, 'head.json');
  const kept = readFileSync(headPath);
  const another = String(kept).replace(/(?<="firm": "frm_)./u, (first) => (first === 'z' ? 'y' : 'z'));
  writeFileSync(headPath, another);
  expect(await refusal('create', 'nas')).toBe('BACKUP_DAMAGED');
  expect(await refusal('verify', 'nas')).toBe('BACKUP_DAMAGED');
  writeFileSync(headPath, kept);
  expect((await verify()).code).toBe(0);
});

test(
  'finds a byte that changed, a file that is gone, and a body that the database names and nobody listed',
  { timeout: stepMs },
  async () => {
    const [body = ''] = listBodies();
    const kept = join(folder, 'kept');
    copyFileSync(body, kept);
    const bytes = readFileSync(body);
    bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 1;
    writeFileSync(body, bytes);
    const altered = await verify('--from-kit', 'kit.txt');
    expect(altered.code).toBe(5);
    expect(altered.report.altered).toHaveLength(1);
    truncateSync(body, bytes.length - 262_144 < 2000 ? bytes.length - 10 : bytes.length - 262_144);
    expect((await verify()).report.altered).toHaveLength(1);
    rmSync(body);
    expect((await verify()).report.missing).toHaveLength(1);
    const pl = await run(place, ['backup', 'verify', 'nas'], {}, 'pl');
    expect(pl.err).toContain('brak: bodies/');
    copyFileSync(kept, body);
    expect((await verify()).code).toBe(0);
    // Somebody who can write there takes a body out of list and folder, and sets the head's count.
    const newest = readdirSync(join(target, 'backups')).toSorted().at(-1) ?? '';
    const [sums, head] = ['SHA256SUMS', 'head.json'].map((name) => join(target, 'backups', newest, name)) as [
      string,
      string,
    ];
    const before = [readFileSync(sums, 'utf8'), readFileSync(head, 'utf8')] as const;
    const lines = before[0]
      .split('\n')
      .filter((line) => !line.includes(body.split('/').at(-1) ?? '') && !line.endsWith('head.json'));
    const count = (JSON.parse(before[1]) as { files: number }).files - 2;
    writeFileSync(head, before[1].replace(/"files": \d+/u, `"files": ${count}`));
    writeFileSync(sums, lines.join('\n'));
    expect((await verify('--from-kit', 'kit.txt')).report.contents?.problems).toMatchObject([
      { code: 'BODY_UNLISTED' },
    ]);
    appendFileSync(sums, `${'0'.repeat(64)}  ../server/config.json\n`);
    expect(await refusal('verify', 'nas')).toBe('BACKUP_DAMAGED');
    writeFileSync(sums, before[0]);
    writeFileSync(head, before[1]);
  },
);

function countBackups(): number {
  return readdirSync(join(target, 'backups')).filter((name) => !name.startsWith('.')).length;
}

/** Starts a backup and kills it while it writes a body; false if it ended before. */
async function killInBody(): Promise<boolean> {
  const args = ['--disable-warning=ExperimentalWarning', main, 'backup', 'create', 'nas', '--home', 'server'];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: 'ignore' });
  const ended = once(child, 'exit');
  const isSeen = (): boolean => listBodies().some((path) => path.includes('.partial-'));
  while (child.exitCode === null && !isSeen()) await new Promise((resolve) => setTimeout(resolve, 1));
  child.kill('SIGKILL');
  return (await ended)[1] === 'SIGKILL';
}

test(
  'a run that is killed leaves no half backup, and the next one goes on from there',
  { timeout: stepMs },
  async () => {
    let before = 0;
    let bodies = 3;
    let isKilled = false;
    // One that ended before anybody saw it at work is followed by a longer one.
    for (let sizeBytes = 24_000_000; !isKilled && sizeBytes < 400_000_000; sizeBytes *= 2) {
      await add(`long-${sizeBytes}.pdf`, sizeBytes);
      bodies += 1;
      before = countBackups();
      isKilled = (await killInBody()) && listBodies().some((path) => path.includes('.partial-'));
    }
    expect(isKilled).toBe(true);
    expect(countBackups()).toBe(before);
    expect((await verify('--from-kit', 'kit.txt')).code).toBe(0);
    expect(await create()).toMatchObject({ copied: 1 });
    expect(listBodies().some((path) => path.includes('.partial-'))).toBe(false);
    expect((await verify('--from-kit', 'kit.txt')).report).toMatchObject({
      contents: { bodies, problems: [] },
    });
  },
);

test(
  'keeps as many as asked, with every body that these need, and says what the home has lost',
  { timeout: stepMs },
  async () => {
    expect((await create('--keep', '2', '--keep-days', '1')).removed).toBe(0);
    const before = countBackups();
    const made = await create('--keep', '1');
    expect(made.removed).toBe(before);
    expect(readdirSync(join(target, 'backups'))).toEqual([made.id]);
    expect((await verify('--from-kit', 'kit.txt')).code).toBe(0);
    const [body] = listBodies();
    const name = body?.split('/').at(-1) ?? '';
    const live = readdirSync(join(home, 'data'), { recursive: true })
      .map(String)
      .find((path) => path.endsWith(name));
    rmSync(join(home, 'data', live ?? ''));
    rmSync(body ?? '');
    const { code, out } = await run(place, ['backup', 'create', 'nas', '--json']);
    expect(code).toBe(5);
    expect((JSON.parse(out) as Made).missing).toEqual([name]);
  },
);
