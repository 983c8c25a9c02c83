/** `strongroom warden level`: what it says, refuses and leaves, and the service's way to the TPM. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertVisible, formatUnit, readServiceUnit, setTpmAccess } from '@strongroom/cli';
import { startWarden } from '@strongroom/warden';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { json, run } from '../cli/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'sr-level-'));
const place = { folder, home: 'lap' };

beforeAll(async () => {
  mkdirSync(join(folder, 'stick'));
  await (await startWarden({ home: join(folder, 'w') })).stop();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const level = (...args: readonly string[]): readonly string[] => ['warden', 'level', ...args, '--home', 'w'];
const said = async (...args: readonly string[]): Promise<string> => {
  const { code, out, err } = await run(place, level(...args));
  expect(code, err).toBe(0);
  return `${out}${err}`;
};
const refusal = async (...args: readonly string[]): Promise<string> => {
  const { err } = await run(place, [...level(...args), '--json']);
  return (JSON.parse(err.trim().split('\n').at(-1) ?? '{}') as { error: { code: string } }).error.code;
};

test('splits the key, tells what that is worth, finds a part that is away, and goes back', async () => {
  expect(await said()).toContain('level L0');
  for (const args of [['split'], ['file', '--tpm'], ['tpm', '--part-folder', 'stick'], ['disk']])
    expect(await refusal(...args)).toBe('INPUT_INVALID');
  for (const inside of ['w', 'no'])
    expect(await refusal('split', '--part-folder', inside)).toBe('PART_FOLDER_REFUSED');
  const split = await said('split', '--part-folder', 'stick');
  for (const words of ['level L2', join(folder, 'stick'), 'Destroy them', 'No disaster copy', 'same disk'])
    expect(split).toContain(words);
  expect(readdirSync(join(folder, 'stick'))).toEqual([
    expect.stringMatching(/^strongroom-part-[0-9a-f]{32}$/),
  ]);
  expect(await json(place, level())).toMatchObject({ level: 'L2', parts: [{ kind: 'file' }], leaving: [] });

  renameSync(join(folder, 'stick'), join(folder, 'away'));
  expect(await refusal()).toBe('STATE_KEY_PART_MISSING');
  const { err } = await run(place, [...level(), '--lang', 'pl']);
  expect(err).toContain('Brakuje części klucza stanu strażnika');
  renameSync(join(folder, 'away'), join(folder, 'stick'));
  const back = await said('file');
  expect(back).toContain('level L0');
  expect(back).not.toContain('Destroy them');
  expect(readdirSync(join(folder, 'stick'))).toEqual([]);
});

test('the service may use the TPM while a part lies there, and no other device; other additions stay', () => {
  const unitPath = join(folder, 'strongroom-warden.service');
  const asked: string[] = [];
  const host = {
    userId: 0,
    hasSystemd: true,
    run: (program: string, args: readonly string[]) => void asked.push([program, ...args].join(' ')),
  };
  const access = { home: '/srv/warden', isWanted: true, unitPath, device: '/dev/null' };
  expect(setTpmAccess(host, access)).toBeUndefined();
  const parts = {
    user: 'u',
    home: '/srv/warden',
    runtimeFolder: 'u',
    node: '/n',
    program: '/p',
    listen: undefined,
  };
  writeFileSync(unitPath, formatUnit({ ...parts, isNetworked: false, writable: [] }));
  expect(setTpmAccess(host, { ...access, home: '/srv/other' })).toBeUndefined();
  expect(setTpmAccess(host, { ...access, device: '/dev/no-tpm' })).toBeUndefined();
  expect(existsSync(`${unitPath}.d`)).toBe(false);
  expect(setTpmAccess(host, access)).toBe('/dev/null');
  const addition = readFileSync(join(`${unitPath}.d`, 'tpm.conf'), 'utf8').split('\n');
  expect(addition).toEqual(expect.arrayContaining(['DevicePolicy=closed', 'DeviceAllow=/dev/null rw']));
  expect(addition.filter((line) => line.startsWith('DeviceAllow'))).toHaveLength(1);
  writeFileSync(join(`${unitPath}.d`, 'override.conf'), '[Service]\n');
  expect(setTpmAccess(host, { ...access, isWanted: false })).toBeUndefined();
  expect(readdirSync(`${unitPath}.d`)).toEqual(['override.conf']);
  expect(asked.at(-1)).toBe('systemctl daemon-reload');
});

test('a part where systemd hides it from the service is refused, as the unit and its additions say', () => {
  const unitPath = join(folder, 'hiding.service');
  const home = '/srv/warden';
  const parts = { user: 'u', home, runtimeFolder: 'u', node: '/n', program: '/p', listen: undefined };
  const unit = { ...parts, isNetworked: false, writable: [] };
  expect(readServiceUnit(home, unitPath)).toBeUndefined();
  writeFileSync(unitPath, formatUnit(unit));
  expect(readServiceUnit('/srv/other', unitPath)).toBeUndefined();
  const text = readServiceUnit(home, unitPath) ?? '';
  const stickOf = (person: string): string => join('/home', person, 'stick');
  const hidden = (of: string, path: string): boolean => {
    try {
      assertVisible(of, path);
      return false;
    } catch (error) {
      expect(error).toMatchObject({ code: 'PART_FOLDER_HIDDEN' });
      return true;
    }
  };
  for (const top of ['/home', '/root', '/run/user', '/tmp', '/var/tmp'])
    for (const path of [top, `${top}/x/stick`]) expect(hidden(text, path), path).toBe(true);
  for (const path of ['/mnt/stick', '/media/ada/stick', '/homework', '/srv/tmp'])
    expect(hidden(text, path), path).toBe(false);
  // A unit whose program or copy lies under /home lets it be read.
  const reading = formatUnit({ ...unit, writable: ['/home/copies'] });
  expect([hidden(reading, stickOf('x')), hidden(reading, '/tmp/x')]).toEqual([false, true]);
  // What an administrator added counts: the last word of a setting, and what is bound in.
  mkdirSync(`${unitPath}.d`);
  writeFileSync(join(`${unitPath}.d`, 'b.conf'), '[Service]\nProtectHome=read-only\n');
  expect(hidden(readServiceUnit(home, unitPath) ?? '', stickOf('x'))).toBe(false);
  writeFileSync(
    join(`${unitPath}.d`, 'b.conf'),
    `[Service]\nProtectHome=tmpfs\nBindReadOnlyPaths=-${join('/home', 'x')}\n`,
  );
  const bound = readServiceUnit(home, unitPath) ?? '';
  expect([hidden(bound, stickOf('x')), hidden(bound, stickOf('y'))]).toEqual([false, true]);
});
