/** The warden's service: what its unit says, what systemd thinks of it, and user, home and way back on the machine that the test runs on. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatUnit, planInstall, planUninstall, runSteps } from '@strongroom/cli';
import { startWarden, wardenProgram } from '@strongroom/warden';
import { afterAll, describe, expect, test } from 'vitest';
import { run } from '../cli/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'sr-service-'));
const place = { folder, home: 'lap' };
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const unit = {
  user: 'strongroom-warden',
  home: '/var/lib/strongroom-warden',
  runtimeFolder: 'strongroom-warden',
  node: process.execPath,
  program: wardenProgram,
  listen: undefined,
  isNetworked: false,
  writable: [],
} as const;

test('a unit without a port has no network at all; none has a dump, swap, a right or a folder beyond its home', () => {
  const text = formatUnit(unit);
  for (const line of [
    'PrivateNetwork=yes',
    'RestrictAddressFamilies=AF_UNIX',
    'LimitCORE=0',
    'MemorySwapMax=0',
    'CapabilityBoundingSet=',
    'NoNewPrivileges=yes',
    'ProtectSystem=strict',
    'User=strongroom-warden',
    'UMask=0077',
  ])
    expect(text.split('\n')).toContain(line);
  expect(text.match(/^ReadWritePaths=.*$/gm)).toEqual(['ReadWritePaths=/var/lib/strongroom-warden']);
  const open = formatUnit({ ...unit, listen: '10.0.0.2:8486' });
  expect(open).toContain('--listen 10.0.0.2:8486');
  expect(open).not.toContain('PrivateNetwork');
  expect(formatUnit({ ...unit, isNetworked: true })).not.toContain('PrivateNetwork');
});

test('the folders of a disaster copy can be written, and nothing else; one that is away stops no start', () => {
  const text = formatUnit({ ...unit, writable: ['/mnt/copies', '/media/a stick'] });
  expect(text.match(/^ReadWritePaths=.*$/gm)).toEqual([
    'ReadWritePaths=/var/lib/strongroom-warden -/mnt/copies "-/media/a stick"',
  ]);
  expect(text).toContain('ProtectHome=yes');
  // What lies under /home could be written by nobody else.
  expect(formatUnit({ ...unit, writable: ['/home/copies'] })).toContain('ProtectHome=read-only');
  expect(() => formatUnit({ ...unit, writable: ['/mnt/"x'] })).toThrow(RangeError);
});

test('an installation reads them from the home that it takes over', async () => {
  const from = join(folder, 'with-copy');
  mkdirSync(from);
  writeFileSync(join(from, 'state-key'), 'is there');
  writeFileSync(join(from, 'copy.json'), JSON.stringify({ folder: '/mnt/disk', keyFolder: '/mnt/stick' }));
  const dry = await run(place, ['warden', 'install', '--dry-run', '--json', '--move-from', from]);
  const { unit: text } = JSON.parse(dry.out) as { unit: string };
  expect(text).toContain('ReadWritePaths=/var/lib/strongroom-warden -/mnt/disk -/mnt/stick\n');
});

test('an installation refuses a home whose key has a part that its service would not see', async () => {
  const from = join(folder, 'with-part');
  mkdirSync(from);
  writeFileSync(join(from, 'state-key'), 'is there');
  const tell = async (where: string): Promise<string> => {
    const part = { kind: 'file', id: 'ab'.repeat(16), check: 'cd'.repeat(16), folder: where };
    const sets = [{ from: 1, parts: [part] }];
    writeFileSync(join(from, 'parts.json'), JSON.stringify({ v: 1, sets, leaving: [] }));
    const dry = await run(place, ['warden', 'install', '--dry-run', '--json', '--move-from', from]);
    return `${dry.out}${dry.err}`;
  };
  expect(await tell('/tmp/stick')).toContain('PART_FOLDER_HIDDEN');
  expect(await tell('/mnt/stick')).toContain('ProtectSystem=strict');
});

test('what a path holds stays one word of the command, and what a unit cannot say is refused', () => {
  const text = formatUnit({ ...unit, home: '/srv/a b/100%$HOME' });
  expect(text).toContain('--home "/srv/a b/100%%$$HOME"');
  expect(() => formatUnit({ ...unit, home: '/srv/a\nUser=root' })).toThrow(RangeError);
  expect(() => formatUnit({ ...unit, home: '/srv/"x' })).toThrow(RangeError);
});

const analyze = '/usr/bin/systemd-analyze';
const noAnalyze = existsSync(analyze) ? undefined : 'no systemd-analyze';
test.skipIf(noAnalyze !== undefined)(
  `systemd reads the unit without a complaint${noAnalyze === undefined ? '' : ` [skipped: ${noAnalyze}]`}`,
  () => {
    for (const [name, listen] of [
      ['alone', undefined],
      ['linked', '[::]:8486'],
    ] as const) {
      const path = join(folder, `strongroom-warden-${name}.service`);
      writeFileSync(path, formatUnit({ ...unit, user: 'root', listen }));
      const { status, stdout, stderr } = spawnSync(analyze, ['verify', '--man=no', path], {
        encoding: 'utf8',
      });
      const complaints = `${stdout}${stderr}`
        .split('\n')
        .filter((line) => line.includes('strongroom-warden'));
      expect(complaints).toEqual([]);
      expect(status).toBe(0);
    }
  },
);

const noUsers =
  process.getuid?.() === 0 && existsSync('/usr/sbin/useradd') ? undefined : 'not root, or no useradd';
describe.skipIf(noUsers !== undefined)(
  `user and home${noUsers === undefined ? '' : ` [skipped: ${noUsers}]`}`,
  () => {
    const user = `srw${process.pid}`;
    const home = join(folder, 'service');
    const called: string[] = [];
    const host = {
      userId: 0,
      hasSystemd: true,
      run(program: string, args: readonly string[]) {
        called.push([program, ...args].join(' '));
        // There may be no systemd to start anything here; users and files are real.
        if (program !== 'systemctl') execFileSync(program, args, { stdio: 'pipe' });
      },
    };
    afterAll(() => void spawnSync('/usr/sbin/userdel', [user]));

    test('a running warden is not taken; one that stands still is moved with its state, and given back', async () => {
      const from = join(folder, 'server', 'warden');
      mkdirSync(join(folder, 'server'), { recursive: true });
      const warden = await startWarden({ home: from, socketPath: join(folder, 's') });
      const plan = {
        ...unit,
        user,
        home,
        unitFolder: folder,
        runtimeFolder: user,
        moveFrom: from,
        isStandby: false,
      };
      const steps = planInstall(plan, host);
      expect(steps.map(({ name }) => name)).toEqual(['user', 'move', 'home', 'unit', 'start']);
      expect(() => runSteps(steps)).toThrow(expect.objectContaining({ code: 'WARDEN_BUSY' }));
      await warden.stop();
      const inode = statSync(join(from, 'state-key')).ino;
      const again = planInstall(plan, host);
      expect(again.map(({ name }) => name)).toEqual(['move', 'home', 'unit', 'start']);
      runSteps(again);
      expect(existsSync(from)).toBe(false);
      const uid = Number(execFileSync('id', ['-u', user], { encoding: 'utf8' }));
      expect(uid).toBeGreaterThan(0);
      const files = [home, join(home, 'state-key'), join(home, 'state')];
      for (const path of files) expect(statSync(path).uid).toBe(uid);
      expect(files.map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o600, 0o700]);
      expect(statSync(join(home, 'state-key')).ino).toBe(inode);
      expect(readFileSync(join(folder, `${user}.service`), 'utf8')).toContain(`User=${user}`);
      expect(called.slice(-2)).toEqual(['systemctl daemon-reload', `systemctl enable --now ${user}.service`]);

      runSteps(planUninstall({ user, home, unitFolder: folder, moveTo: from }, host));
      expect(existsSync(join(folder, `${user}.service`))).toBe(false);
      expect(existsSync(home)).toBe(false);
      expect(statSync(join(from, 'state-key'))).toMatchObject({ uid: 0, ino: inode });
      await (await startWarden({ home: from, socketPath: join(folder, 's') })).stop();
    }, 180_000);
  },
);

test('the command shows everything before it does anything, and says how to go on where it cannot', async () => {
  const dry = await run(place, ['warden', 'install', '--home', 'w', '--listen', '127.0.0.1', '--dry-run']);
  expect(dry.code).toBe(0);
  expect(dry.out).toContain('Nothing is done');
  expect(dry.out).toContain('NoNewPrivileges=yes');
  expect(existsSync(join(folder, 'w'))).toBe(false);
  if (!existsSync('/run/systemd/system')) {
    const { err } = await run(place, ['warden', 'install', '--home', 'w']);
    expect(err).toContain('--dry-run');
    expect(existsSync(join(folder, 'w'))).toBe(false);
  }
});

test('status tells who the warden is; a link is a file for its owner alone, never written over', async () => {
  const home = join(folder, 'status');
  const socket = join(folder, 't');
  const warden = await startWarden({ home, socketPath: socket });
  try {
    const linked = await run(place, [
      'warden',
      'link',
      'server',
      '--home',
      'status',
      '-o',
      'l.pem',
      '--json',
    ]);
    expect(linked.code, linked.err).toBe(0);
    expect(statSync(join(folder, 'l.pem')).mode & 0o777).toBe(0o600);
    expect((await run(place, ['warden', 'link', 'x', '--home', 'status', '-o', 'l.pem'])).code).not.toBe(0);
    const shown = await run(place, ['warden', 'status', '--home', 'status', '--socket', 't', '--json']);
    expect(JSON.parse(shown.out)).toMatchObject({
      warden: 1,
      level: 'L0',
      peers: [{ name: 'server', use: 'server' }],
    });
    expect((await run(place, ['warden', 'unlink', 'server', '--home', 'status'])).code).toBe(0);
    const after = await run(place, ['warden', 'status', '--home', 'status', '--socket', 't', '--json']);
    expect(JSON.parse(after.out)).toMatchObject({ peers: [] });
  } finally {
    await warden.stop();
  }
  expect((await run(place, ['warden', 'status', '--socket', 't'])).code).not.toBe(0);
}, 180_000);
