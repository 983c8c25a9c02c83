/** The disaster copy and the way back from it at the command line: set, looked at, refused, recovered, restored. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '@strongroom/server';
import type { RunningServer } from '@strongroom/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { foundFirm, json, run } from '../cli/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'sr-recover-command-'));
const place = { folder, home: 'lap' };
const home = join(folder, 'server');
const stepMs = 180_000;
let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ home, port: 0 });
  await foundFirm(place, server);
  for (const name of ['nas', 'disk', 'stick', 'nas/inside']) mkdirSync(join(folder, name));
}, stepMs);
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const said = async (args: readonly string[]): Promise<string> => {
  const { code, out, err } = await run(place, args);
  expect(code, err).toBe(0);
  return `${out}${err}`;
};
const refusal = async (args: readonly string[]): Promise<string> => {
  const { err } = await run(place, [...args, '--json']);
  return (JSON.parse(err.trim().split('\n').at(-1) ?? '{}') as { error: { code: string } }).error.code;
};
const findings = async (): Promise<string[]> =>
  (await json<readonly { code: string }[]>(place, ['doctor'])).map(({ code }) => code);

test('is set, made within seconds, and told by the doctor', { timeout: stepMs }, async () => {
  expect(await findings()).toContain('DISASTER_COPY_NONE');
  expect(await said(['warden', 'copy'])).toContain('keeps no disaster copy');
  await said(['backup', 'create', 'nas']);
  for (const inside of ['nas/inside', 'server', 'server/data', 'missing'])
    expect(await refusal(['warden', 'copy', '--to', inside])).toBe('COPY_FOLDER_REFUSED');
  expect(await said(['warden', 'copy', '--to', 'disk'])).toContain('key lies beside');
  const set = ['warden', 'copy', '--to', 'disk', '--key-folder', 'stick'];
  expect(await said(set)).toContain('same disk');
  await expect.poll(() => readdirSync(join(folder, 'stick')).length, { timeout: 60_000 }).toBe(1);
  await expect.poll(async () => await said(['warden', 'copy']), { timeout: 60_000 }).toContain('newest');
  expect(await findings()).toContain('DISASTER_COPY');
  expect(await refusal(['backup', 'create', 'disk'])).toBe('BACKUP_TARGET_COPY');
});

test('brings the warden’s folder back, which waits for the restore', { timeout: stepMs }, async () => {
  const { port } = server;
  await server.close();
  renameSync(home, join(folder, 'burnt'));
  const parts = ['warden', 'recover', '--from', 'disk', '--key-folder', 'stick', '--backup', 'nas'];
  expect(await refusal(parts)).toBe('INPUT_INVALID');
  const recover = [...parts, '--from-kit', 'kit.txt'];
  expect(
    await refusal(['warden', 'recover', '--from', 'disk', '--backup', 'nas', '--from-kit', 'kit.txt']),
  ).toBe('COPY_DAMAGED');
  expect(await said(recover)).toContain('strongroom restore nas');
  expect(await refusal(recover)).toBe('RECOVER_HOME_FILLED');
  await expect(startServer({ home, port })).rejects.toMatchObject({ code: 'RESTORE_UNFINISHED' });
  expect(existsSync(join(home, 'data'))).toBe(false);
  await said(['restore', 'nas', '--from-kit', 'kit.txt']);
  server = await startServer({ home, port });
  const clients = await json<readonly unknown[]>(place, ['clients', 'list']);
  expect(clients).toHaveLength(1);
});

test('ends, and takes away what lies there', { timeout: stepMs }, async () => {
  await said(['warden', 'copy', '--to', 'disk', '--key-folder', 'stick']);
  await expect.poll(async () => await said(['warden', 'copy']), { timeout: 60_000 }).toContain('newest');
  await said(['warden', 'copy', '--off']);
  const lying = (): number => ['disk', 'stick'].flatMap((name) => readdirSync(join(folder, name))).length;
  await expect.poll(lying, { timeout: 60_000 }).toBe(0);
});
