/** Makes the warden a service of its own user, as a list of steps that can be shown before they are done, and taken back. Nothing here deletes a warden's state. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ConflictError, DependencyError, InputError, StrongroomError } from '@strongroom/core';
import { lockHome } from '@strongroom/warden';
import { removeTpmAccess } from './tpm-access.ts';
import { formatUnit, socketOf } from './unit.ts';
import type { UnitParts } from './unit.ts';

/** Where and as whom the service runs. */
export type ServicePlan = UnitParts & {
  readonly unitFolder: string;
  /** A warden's home that becomes the service's; absent: a new one. */
  readonly moveFrom: string | undefined;
  /** A new home becomes a standby's. */
  readonly isStandby: boolean;
};

/** One thing to do: a text id's end with its values, and how. */
export type Step = {
  readonly name: 'user' | 'move' | 'home' | 'unit' | 'start' | 'stop' | 'unit-gone' | 'move-back';
  readonly path: string;
  run(): void;
};

/** What the steps need of the machine. */
export type ServiceHost = {
  readonly userId: number | undefined;
  readonly hasSystemd: boolean;
  /** Runs a program of the system. */
  run(program: string, args: readonly string[]): void;
};

/** The machine we are on. */
export function thisHost(userId: number | undefined): ServiceHost {
  return {
    userId,
    hasSystemd: existsSync('/run/systemd/system'),
    run: (program, args) => void execFileSync(program, args, { stdio: 'pipe' }),
  };
}

/** @throws DependencyError ROOT_NEEDED, SYSTEMD_MISSING */
export function assertPossible({ userId, hasSystemd }: ServiceHost): void {
  if (!hasSystemd) throw new DependencyError('SYSTEMD_MISSING');
  if (userId !== 0) throw new DependencyError('ROOT_NEEDED');
}

/** @throws InputError FILE_UNREADABLE, ConflictError TARGET_EXISTS */
export function planInstall(plan: ServicePlan, host: ServiceHost): readonly Step[] {
  const { user, home, moveFrom } = plan;
  if (moveFrom !== undefined && !existsSync(join(moveFrom, 'state-key')))
    throw new InputError('FILE_UNREADABLE', { reason: 'no warden' });
  if (moveFrom !== undefined && existsSync(join(home, 'state-key'))) throw new ConflictError('TARGET_EXISTS');
  const unitPath = join(plan.unitFolder, `${user}.service`);
  return [
    ...(hasUser(user)
      ? []
      : [
          {
            name: 'user',
            path: user,
            run: () =>
              host.run('/usr/sbin/useradd', [
                '--system',
                '--user-group',
                '--no-create-home',
                '--home-dir',
                home,
                '--shell',
                '/usr/sbin/nologin',
                user,
              ]),
          } as const,
        ]),
    ...(moveFrom === undefined
      ? []
      : [{ name: 'move', path: moveFrom, run: () => moveHome(moveFrom, home) } as const]),
    { name: 'home', path: home, run: () => makeHome(home, user, plan.isStandby) },
    {
      name: 'unit',
      path: unitPath,
      run: () => writeFileSync(unitPath, formatUnit(plan), { mode: 0o644 }),
    },
    {
      name: 'start',
      path: socketOf(plan.runtimeFolder),
      run() {
        host.run('systemctl', ['daemon-reload']);
        host.run('systemctl', ['enable', '--now', `${user}.service`]);
      },
    },
  ];
}

/** The way back: the service goes, the state stays, or is given back to the server's home. */
export function planUninstall(
  plan: Pick<ServicePlan, 'user' | 'home' | 'unitFolder'> & { readonly moveTo: string | undefined },
  host: ServiceHost,
): readonly Step[] {
  const { user, home, moveTo } = plan;
  const unitPath = join(plan.unitFolder, `${user}.service`);
  if (moveTo !== undefined && existsSync(join(moveTo, 'state-key'))) throw new ConflictError('TARGET_EXISTS');
  return [
    { name: 'stop', path: user, run: () => host.run('systemctl', ['disable', '--now', `${user}.service`]) },
    {
      name: 'unit-gone',
      path: unitPath,
      run() {
        rmSync(unitPath, { force: true });
        removeTpmAccess(unitPath);
        host.run('systemctl', ['daemon-reload']);
      },
    },
    ...(moveTo === undefined
      ? []
      : [
          {
            name: 'move-back',
            path: moveTo,
            run() {
              moveHome(home, moveTo);
              const { uid, gid } = statSync(dirname(moveTo));
              giveTo(moveTo, uid, gid);
            },
          } as const,
        ]),
  ];
}

/** Does the steps in their order. @throws DependencyError STEP_FAILED naming the one that failed; those before it stand */
export function runSteps(steps: readonly Step[]): void {
  for (const step of steps) {
    try {
      step.run();
    } catch (cause) {
      if (cause instanceof StrongroomError) throw cause;
      throw new DependencyError('STEP_FAILED', { step: step.name }, { cause });
    }
  }
}

/** Files made by root in a service's home belong to whom the home belongs to. */
export function giveToOwner(home: string, folder: string): void {
  const { uid, gid } = statSync(home);
  if (process.getuid?.() === 0) giveTo(folder, uid, gid);
}

/** The same for one file. */
export function giveFileToOwner(home: string, file: string): void {
  const { uid, gid } = statSync(home);
  if (process.getuid?.() === 0) chownSync(file, uid, gid);
}

/** Never copied: a copy would open what the original destroys later. @throws ConflictError WARDEN_BUSY, DependencyError STEP_FAILED */
function moveHome(from: string, to: string): void {
  lockHome(join(from, 'lock')).close();
  mkdirSync(dirname(to), { recursive: true });
  // An empty folder in its place gives way; anything else stays.
  if (existsSync(to)) rmSync(to, { recursive: readdirSync(to).length === 0 });
  renameSync(from, to);
}

function makeHome(home: string, user: string, isStandby: boolean): void {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const settings = join(home, 'settings.json');
  if (isStandby && !existsSync(settings))
    writeFileSync(settings, `${JSON.stringify({ role: 'standby' })}\n`, { mode: 0o600 });
  const [uid, gid] = ['-u', '-g'].map((flag) =>
    Number(execFileSync('id', [flag, user], { encoding: 'utf8' })),
  ) as [number, number];
  giveTo(home, uid, gid);
}

/** Folders 0700, files 0600, of one owner; links are not followed. */
function giveTo(path: string, uid: number, gid: number): void {
  chownSync(path, uid, gid);
  chmodSync(path, 0o700);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) giveTo(inner, uid, gid);
    else if (entry.isFile()) {
      chownSync(inner, uid, gid);
      chmodSync(inner, 0o600);
    } else lchownSync(inner, uid, gid);
  }
}

function hasUser(user: string): boolean {
  try {
    execFileSync('id', ['-u', user], { stdio: 'ignore' });
    return true;
  } catch {
    return false; // asked, not found
  }
}
