/** This device: unlocking, locking, its state, its agent. */
import { InputError, wipeBytes } from '@strongroom/core';
import { unlock } from '@strongroom/device';
import { findLockTime, lockAgent } from '../agent/agent-client.ts';
import { runAgent } from '../agent/agent-server.ts';
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import { idleMinutesMax, parseServerUrl, readConfig, writeConfig } from '../home/client-home.ts';
import { readPassword } from '../input/read-password.ts';
import { formatTime } from '../output/format-time.ts';
import {
  getConfig,
  giveToAgent,
  reportNewDevices,
  withDevice,
  withEnvironment,
} from '../session/with-device.ts';
import { nameSubject } from '../subject.ts';

export const deviceCommands: readonly CommandSpec[] = [
  { path: 'unlock', options: ['server', 'authority', 'idle'], run: unlockDevice },
  { path: 'lock', run: lockDevice },
  { path: 'status', run: showStatus },
  { path: 'sync', run: syncDevice },
  { path: 'agent', run: async ({ context, home }) => await runAgent(context, home.folder) },
];

async function unlockDevice(run: Run, input: CommandInput): Promise<void> {
  const { context, output, home } = run;
  const stored = await getConfig(run);
  const server = input.text('server');
  const config = {
    ...stored,
    ...(server === undefined ? {} : { server: parseServerUrl(server) }),
    idleMinutes: input.number('idle') ?? stored.idleMinutes,
  };
  if (config.idleMinutes < 1 || config.idleMinutes > idleMinutesMax) {
    throw nameSubject(new InputError('USAGE_INVALID'), `--idle ${config.idleMinutes}`);
  }
  const password = await readPassword(context, output, run.passwordFd);
  const locksAtMs = await withEnvironment(run, config.server, async (environment) => {
    const unlocked = await unlock(environment, { password });
    await writeConfig(home, config, context);
    const locksAtMs = await giveToAgent(run, unlocked, config);
    wipeBytes(unlocked.deviceFileKey);
    return locksAtMs;
  });
  output.result({ locksAtMs }, () =>
    output.line(output.t('cli.unlock.done', { minutes: config.idleMinutes, time: formatTime(locksAtMs) })),
  );
}

async function lockDevice(run: Run): Promise<void> {
  const wasRunning = await lockAgent(run.context, run.home.folder);
  run.output.result({ wasUnlocked: wasRunning }, () =>
    run.output.line(run.output.t(wasRunning ? 'cli.lock.done' : 'cli.lock.nothing')),
  );
}

async function showStatus(run: Run): Promise<void> {
  const { context, output, home } = run;
  const config = await readConfig(home);
  const locksAtMs = await findLockTime(context, home.folder);
  const value = { home: home.folder, server: config?.server ?? null, locksAtMs: locksAtMs ?? null };
  if (config === undefined) {
    output.result({ ...value, state: 'new' }, () => {
      output.line(output.t('cli.status.new', { home: home.folder }));
      output.line(output.t('cli.status.new.next'));
    });
    return;
  }
  if (locksAtMs === undefined) {
    output.result({ ...value, state: 'locked' }, () => {
      output.line(output.t('cli.status.locked', { home: home.folder, server: config.server }));
      output.line(output.t('cli.status.locked.next'));
    });
    return;
  }
  await withDevice(
    run,
    async ({ device }) => {
      const uploads = await device.records.pending();
      output.result({ ...value, state: 'unlocked', ...device.me, unfinishedUploads: uploads.length }, () => {
        output.line(
          output.t('cli.status.unlocked', {
            home: home.folder,
            server: config.server,
            time: formatTime(locksAtMs),
          }),
        );
        output.line(output.t('cli.status.me', { person: device.me.person, device: device.me.device }));
        if (uploads.length > 0) output.line(output.t('cli.status.uploads', { count: uploads.length }));
      });
    },
    { mustSync: false },
  );
}

async function syncDevice(run: Run): Promise<void> {
  const { output } = run;
  await withDevice(
    run,
    async ({ device }) => {
      const report = await device.sync();
      output.result(report, () => {
        output.line(output.t('cli.sync.done', { count: report.entries }));
        if (report.rotated.length > 0)
          output.line(output.t('cli.sync.rotated', { count: report.rotated.length }));
        if (report.purged > 0) output.line(output.t('cli.sync.purged', { count: report.purged }));
        reportNewDevices(output, report);
        for (const { room, code } of report.stillDue)
          output.warn(output.t('cli.sync.still-due', { room, code }));
        if (!report.isFresh) output.warn(output.t('cli.sync.stale'));
      });
    },
    { mustSync: false },
  );
}
