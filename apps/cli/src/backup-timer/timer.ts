/** The systemd timer that asks every hour whether a backup is due: as root for the user whose home it is, else for oneself. */
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DependencyError } from '@strongroom/core';
import { quoteUnitWord } from '../warden-service/unit.ts';
import type { ServiceHost } from '../warden-service/install.ts';

const unitName = 'strongroom-backup';

/** What the units are made of. */
export type TimerPlan = {
  readonly home: string;
  readonly target: string;
  readonly node: string;
  readonly program: string;
  readonly unitFolder: string;
  /** Of root: the units are the system's, and run as this user. */
  readonly userId: number | undefined;
};

/** The plan for a home: the system's units where root asks, the user's own otherwise. */
export function planTimer(
  of: Pick<TimerPlan, 'home' | 'target' | 'node' | 'program'>,
  { userId, userHome }: { readonly userId: number | undefined; readonly userHome: string },
): TimerPlan {
  const isRoot = userId === 0;
  return {
    ...of,
    unitFolder: isRoot ? '/etc/systemd/system' : join(userHome, '.config', 'systemd', 'user'),
    userId: isRoot ? statSync(of.home).uid : undefined,
  };
}

/** The units by their file names. @throws RangeError for a path that a unit file cannot say */
export function formatTimerUnits(plan: TimerPlan): ReadonlyMap<string, string> {
  const { home, target, node, program, userId } = plan;
  const command = [node, program, 'backup', 'run', '--home', home].map(quoteUnitWord).join(' ');
  // A target that is not mounted must not keep the run from saying so: the alarm is the run's.
  const reach =
    userId === undefined
      ? []
      : [
          `User=${userId}`,
          'ProtectSystem=strict',
          `ReadWritePaths=${quoteUnitWord(home)} ${quoteUnitWord(`-${target}`)}`,
          'PrivateTmp=yes',
          'PrivateDevices=yes',
        ];
  const service = [
    '[Unit]',
    'Description=Strongroom backup, if one is due',
    '',
    '[Service]',
    'Type=oneshot',
    `ExecStart=${command}`,
    ...reach,
    'Nice=10',
    'IOSchedulingClass=idle',
    'UMask=0077',
    'LimitCORE=0',
    'NoNewPrivileges=yes',
    '',
  ];
  const timer = [
    '[Unit]',
    'Description=Strongroom backup: asks every hour whether one is due',
    '',
    '[Timer]',
    'OnCalendar=hourly',
    'OnBootSec=10min',
    'Persistent=yes',
    '',
    '[Install]',
    'WantedBy=timers.target',
    '',
  ];
  return new Map([
    [`${unitName}.service`, service.join('\n')],
    [`${unitName}.timer`, timer.join('\n')],
  ]);
}

/** Writes the units and starts the timer. @throws DependencyError STEP_FAILED */
export function installTimer(plan: TimerPlan, host: ServiceHost): void {
  attempt('unit', () => {
    mkdirSync(plan.unitFolder, { recursive: true });
    for (const [name, text] of formatTimerUnits(plan)) writeFileSync(join(plan.unitFolder, name), text);
  });
  attempt('start', () => {
    control(plan, host, ['daemon-reload']);
    control(plan, host, ['enable', '--now', `${unitName}.timer`]);
  });
}

/** Stops the timer and removes the units. @throws DependencyError STEP_FAILED */
export function removeTimer(plan: TimerPlan, host: ServiceHost): void {
  attempt('stop', () => control(plan, host, ['disable', '--now', `${unitName}.timer`]));
  attempt('unit-gone', () => {
    for (const name of formatTimerUnits(plan).keys()) rmSync(join(plan.unitFolder, name), { force: true });
    control(plan, host, ['daemon-reload']);
  });
}

function control({ userId }: TimerPlan, host: ServiceHost, args: readonly string[]): void {
  host.run('systemctl', userId === undefined ? ['--user', ...args] : args);
}

function attempt(step: string, work: () => void): void {
  try {
    work();
  } catch (cause) {
    throw new DependencyError('STEP_FAILED', { step }, { cause });
  }
}
