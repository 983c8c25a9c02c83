/** The web bundle from the folder it was built in to the browser's side of the real server: published, checked, shown, examined. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '@strongroom/server';
import type { RunningServer } from '@strongroom/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CliPerson } from '../canary/cli-person.ts';
import { makeBundle, put, writeList } from '../hostile/harness/web-site.ts';

interface Found {
  readonly code: string;
  readonly severity: string;
}

const folder = mkdtempSync(join(tmpdir(), 'sr-web-bundle-'));
const bundle = makeBundle(2);
let server: RunningServer;
let ada: CliPerson;

beforeAll(async () => {
  server = await startServer({ home: join(folder, 'server'), port: 0, webRoot: bundle.folder });
  ada = new CliPerson(folder, { password: 'correct horse battery staple', nowMs: () => Date.now() });
  const answers = ['--name', 'Vogel', '--language', 'en', '--country', 'IE', '--profession', 'law'];
  const kit = ['--person', 'Ada Vogel', '--kit-file', 'kit.txt', '--prove-kit', 'kit.txt', '--sign-kit-note'];
  await ada.run(['firm', 'create', '--server', server.url, ...answers, ...kit], server.firstRunCode ?? '');
}, 180_000);
afterAll(async () => {
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
  rmSync(bundle.folder, { recursive: true, force: true });
});

const examine = async (): Promise<Found[]> => {
  const { out } = await ada.try(['doctor', '--json']);
  return (JSON.parse(out) as Found[]).filter(({ code }) => code.startsWith('BUNDLE_'));
};

test('before anything is published the check says so, and paper or a build of one’s own are enough', async () => {
  const { exitCode, err } = await ada.try(['verify-web']);
  expect(exitCode).toBe(1);
  expect(err).toContain('BUNDLE_UNPUBLISHED');
  expect(await examine()).toMatchObject([{ code: 'BUNDLE_UNPUBLISHED', severity: 'warning' }]);
  const spaced = bundle.list.hash.replaceAll(/(.{8})/gu, '$1 ').trim();
  for (const more of [
    ['--hash', spaced],
    ['--web', bundle.folder],
  ]) {
    const { exitCode: good, out, err: said } = await ada.try(['verify-web', server.url, ...more]);
    expect(good, out + said).toBe(0);
  }
});

test('without an answer or with a wrong one nothing is signed', async () => {
  const missing = await ada.try(['bundle', 'publish', '--web', bundle.folder]);
  expect([missing.exitCode, missing.err.includes('INPUT_MISSING')]).toEqual([2, true]);
  expect(missing.err).toContain(bundle.list.hash);
  const wrong = await ada.try(['bundle', 'publish', '--web', bundle.folder, '--confirm', 'yes']);
  expect([wrong.exitCode, wrong.err.includes('CONFIRMATION_REFUSED')]).toEqual([1, true]);
  expect(await ada.run(['bundle', 'show'])).toEqual([]);
});

test('a folder whose list is not of its files is not published', async () => {
  const altered = makeBundle(3);
  put(altered.folder, 'assets/app.js', 'steal();\n');
  const { exitCode, err } = await ada.try(['bundle', 'publish', '--web', altered.folder, '--confirm', 'x']);
  expect([exitCode, err.includes('BUNDLE_INVALID')]).toEqual([1, true]);
  rmSync(altered.folder, { recursive: true, force: true });
});

test('is published, given out by the real server, checked and examined', async () => {
  const publish = ['bundle', 'publish', '--web', bundle.folder, '--confirm', bundle.list.hash.slice(0, 8)];
  const published = await ada.run<{ line: { index: number } }>(publish);
  expect(published).toMatchObject({ number: 2, hash: bundle.list.hash, minimum: 1, isNew: true });
  expect(await ada.run(publish)).toMatchObject({ isNew: false, line: published.line });
  const { exitCode, out, err } = await ada.try(['verify-web']);
  expect(exitCode, out + err).toBe(0);
  expect(out).toContain(`line ${published.line.index}, signed by Ada Vogel`);
  expect(await examine()).toMatchObject([{ code: 'BUNDLE_AGREES', severity: 'ok' }]);
  const lines = await ada.try(['ledger', 'show', '--office']);
  expect(lines.out).toContain('Ada Vogel published web application 2; the smallest number');
});

test('a later one is published while the server gives out the older, then another is given out', async () => {
  const later = makeBundle(3);
  const confirm = ['--confirm', later.list.hash.slice(0, 8)];
  await ada.run(['bundle', 'publish', '--web', later.folder, '--minimum', '2', ...confirm]);
  const [newest, older] = await ada.run<{ number: number; minimum: number }[]>(['bundle', 'show']);
  expect([newest, older]).toMatchObject([
    { number: 3, minimum: 2 },
    { number: 2, minimum: 1 },
  ]);
  expect((await ada.try(['verify-web'])).exitCode).toBe(1);
  expect(await examine()).toMatchObject([{ code: 'BUNDLE_OLDER', severity: 'warning' }]);
  put(bundle.folder, 'assets/app.js', 'steal();\n');
  put(bundle.folder, 'assets/app.js.gz', new Uint8Array(0));
  rmSync(join(bundle.folder, 'assets/app.js.gz'));
  const paths = bundle.list.files.map(({ path }) => path);
  const { hash } = writeList(bundle.folder, 3, paths);
  expect(hash).not.toBe(later.list.hash);
  await new Promise((resolve) => setTimeout(resolve, 1_500)); // the server looks at its list once a second
  const refused = await ada.try(['verify-web', '--json']);
  expect(refused.exitCode).toBe(5);
  expect(JSON.parse(refused.out)).toMatchObject({ state: 'differs', number: 3, hash });
  expect(await examine()).toMatchObject([{ code: 'BUNDLE_DIFFERS', severity: 'failure' }]);
  rmSync(later.folder, { recursive: true, force: true });
});
