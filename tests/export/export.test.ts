/** A firm takes everything out: opened by Debian's age and tar, told by the index, proved without a server. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '@strongroom/server';
import type { RunningServer } from '@strongroom/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { foundFirm, json, password, refusal, run } from '../cli/command-line.ts';

const hasAge = spawnSync('age', ['--version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'sr-export-'));
const place = { folder, home: 'lap' };

type Index = {
  readonly firm: { readonly root: string };
  readonly documents: readonly {
    readonly path: string;
    readonly client: string;
    readonly sha256: string;
    readonly proofs: readonly string[];
    readonly openedLine: number;
  }[];
  readonly leftOut: readonly unknown[];
};
type Line = { readonly index: number; readonly kind: string; readonly purpose?: string };

let server: RunningServer;
let client = '';
let other = '';
const large = randomBytes(9 * 2 ** 20);

beforeAll(async () => {
  server = await startServer({ home: join(folder, 'server'), port: 0 });
  ({ client } = await foundFirm(place, server));
  other = (await json<{ code: string }>(place, ['clients', 'add', '--name', '李 & <b>'])).code;
  mkdirSync(join(folder, 'akta'));
  writeFileSync(join(folder, 'umowa.txt'), 'first');
  writeFileSync(join(folder, 'akta', 'Zażółć gęślą jaźń.txt'), 'second');
  writeFileSync(join(folder, 'scan.bin'), large);
  await json(place, ['records', 'add', 'umowa.txt', 'akta', '--client', client, '--folder', '2026/Umowy']);
  await json(place, ['records', 'add', 'umowa.txt', '--client', client, '--folder', '2026/Umowy']);
  await json(place, ['records', 'add', 'scan.bin', '--client', other]);
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

test(
  hasAge
    ? 'what was taken out opens with age and tar, is whole and proved, and each document is a line'
    : 'what was taken out opens with age and tar, is whole and proved, and each document is a line [skipped: age is not installed]',
  async ({ skip }) => {
    skip(!hasAge);
    const done = await json<{ documents: number; volumes: { name: string }[]; leftOut: unknown[] }>(place, [
      'export',
      'out',
      '--all',
      '--new-key',
      'out-key.txt',
      '--reason',
      'We leave',
    ]);
    expect(done).toMatchObject({ documents: 4, leftOut: [] });
    expect(statSync(join(folder, 'out-key.txt')).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'out')).toSorted()).toEqual([
      'README.txt',
      'SHA256SUMS',
      'strongroom-export-0001.tar.age',
    ]);
    execFileSync('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], { cwd: join(folder, 'out') });

    const plain = join(folder, 'plain');
    mkdirSync(plain);
    const archive = join(folder, 'out', done.volumes[0]?.name ?? '');
    const tar = execFileSync('age', ['-d', '-i', join(folder, 'out-key.txt'), archive], {
      maxBuffer: 2 ** 26,
    });
    execFileSync('tar', ['-x', '-C', plain], { input: tar });
    const own = `clients/${client} Jan Kowalski/2026/Umowy`;
    expect(readFileSync(join(plain, own, 'umowa.txt'), 'utf8')).toBe('first');
    expect(readFileSync(join(plain, own, 'umowa (2).txt'), 'utf8')).toBe('first');
    expect(readFileSync(join(plain, own, 'akta', 'Zażółć gęślą jaźń.txt'), 'utf8')).toBe('second');
    expect(readFileSync(join(plain, `clients/${other} 李 & _b_`, 'scan.bin')).equals(large)).toBe(true);

    const index = JSON.parse(readFileSync(join(plain, 'index.json'), 'utf8')) as Index;
    const lines = await json<Line[]>(place, ['ledger', 'show', '--count', '200']);
    for (const one of index.documents) {
      const bytes = readFileSync(join(plain, one.path));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(one.sha256);
      expect(one.proofs).toHaveLength(2);
      for (const path of one.proofs)
        expect(readFileSync(join(plain, path), 'utf8')).toMatch(/^c2sp\.org\/tlog-proof@/);
      expect(lines.find(({ index: at }) => at === one.openedLine)).toMatchObject({
        kind: 'released',
        purpose: 'handover',
      });
    }
    const html = readFileSync(join(plain, 'index.html'), 'utf8');
    expect(html).toContain('李 &amp; &lt;b&gt;');
    expect(html).not.toContain('<b>');
    expect(readFileSync(join(plain, 'index.csv'), 'utf8').split('\r\n')).toHaveLength(6);
    expect(existsSync(join(plain, 'verifier.html'))).toBe(true);

    rmSync(join(folder, 'lap2'), { recursive: true, force: true });
    const checked = await run({ folder, home: 'lap2' }, [
      'ledger',
      'verify',
      'plain/ledgers',
      '--root',
      index.firm.root,
    ]);
    expect(checked.code, checked.err).toBe(0);
  },
);

test('one client alone, to a recipient; nothing is said to be there that is not, and no file is written over', async () => {
  const key = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';
  const one = ['export', 'one', '--client', other, '--recipient', key];
  const said = await run(place, one, { '--password-fd': password }, 'pl');
  expect(said.out, said.err).toContain('1 dokument jest w 1 archiwum');
  expect(await refusal(place, one)).toBe('TARGET_EXISTS');
  expect(await refusal(place, ['export', 'two', '--all'])).toBe('INPUT_MISSING');
  expect(await refusal(place, ['export', 'two', '--recipient', key])).toBe('INPUT_MISSING');
  expect(await refusal(place, ['export', 'two', '--all', '--recipient', 'age1other'])).toBe('INPUT_INVALID');
  expect(existsSync(join(folder, 'two', 'SHA256SUMS'))).toBe(false);
});
