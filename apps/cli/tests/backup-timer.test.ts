import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatTimerUnits, installTimer, planTimer, removeTimer } from '../src/backup-timer/timer.ts';
import { makeFolder } from './test-context.ts';

const folder = makeFolder('timer');
const home = join(folder, 'home of 100%');
mkdirSync(home);
const of = {
  home,
  target: join(folder, 'nas'),
  node: '/usr/bin/node',
  program: '/opt/sr/bin/strongroom.mjs',
};
const calls: string[] = [];
const host = {
  userId: 1000,
  hasSystemd: true,
  run: (program: string, args: readonly string[]) => void calls.push([program, ...args].join(' ')),
};

test('oneself: units of one’s own, without the system’s words', () => {
  const plan = planTimer(of, { userId: 1000, userHome: folder });
  installTimer(plan, host);
  const units = join(folder, '.config/systemd/user');
  expect(readdirSync(units).toSorted()).toEqual(['strongroom-backup.service', 'strongroom-backup.timer']);
  const service = readFileSync(join(units, 'strongroom-backup.service'), 'utf8');
  expect(service).toContain(
    `ExecStart=/usr/bin/node /opt/sr/bin/strongroom.mjs backup run --home "${home.replace('%', '%%')}"\n`,
  );
  expect(service).not.toMatch(/^(User|ProtectSystem)=/mu);
  removeTimer(plan, host);
  expect(readdirSync(units)).toEqual([]);
  expect(calls).toEqual([
    'systemctl --user daemon-reload',
    'systemctl --user enable --now strongroom-backup.timer',
    'systemctl --user disable --now strongroom-backup.timer',
    'systemctl --user daemon-reload',
  ]);
});

test('root: as the user whose home it is, with nothing else in reach', () => {
  const plan = planTimer(of, { userId: 0, userHome: folder });
  expect(plan.unitFolder).toBe('/etc/systemd/system');
  const service = formatTimerUnits(plan).get('strongroom-backup.service');
  expect(service).toContain(`User=${statSync(home).uid}\n`);
  expect(service).toContain(`-${of.target}`);
  expect(service).toContain('ProtectSystem=strict\n');
});
