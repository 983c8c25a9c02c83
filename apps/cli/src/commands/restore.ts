/** Restoring a backup into a server's folder without data, on its machine: an operator's command with the owner's kit. Spec: docs/spec/backup.md section 8. */
import { resolve } from 'node:path';
import type { RestoredBackup } from '@strongroom/backup';
import { InputError, StrongroomError } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatTime } from '../output/format-time.ts';
import { findServerHome, nameFolder, readKit, withProgress } from './backup-inputs.ts';

export const restoreCommands: readonly CommandSpec[] = [
  {
    path: 'restore',
    takes: ['<dir>', '[backup]'],
    options: ['serverHome', 'fromKit', 'kitFd', 'warden', 'withoutDevice', 'unproven'],
    run: restore,
  },
];

/** What is wrong with the server's folder, not with that of the backups. */
const homeCodes: ReadonlySet<string> = new Set([
  'RESTORE_HOME_FILLED',
  'RESTORE_WITHOUT_WARDEN',
  'RESTORE_OTHER_WARDEN',
  'RESTORE_UNPROVEN',
  'WARDEN_BUSY',
]);

async function restore(run: Run, input: CommandInput): Promise<number> {
  const { context, output } = run;
  const { restoreBackup } = await import('@strongroom/backup');
  const home = findServerHome(run, input);
  const target = resolve(context.cwd, input.argument(0));
  const [id, kit, warden] = [input.findArgument(1), await readKit(run, input), input.text('warden')];
  if (kit === undefined) throw new InputError('INPUT_INVALID', { name: '--from-kit' });
  const restored = await withProgress(run, async (onProgress) =>
    restoreBackup({
      engine: createNodeEngine(),
      home,
      target,
      kit,
      ...(id === undefined ? {} : { id }),
      ...(warden === undefined ? {} : { warden: resolve(context.cwd, warden) }),
      without: input.list('withoutDevice'),
      isUnproven: input.flag('unproven'),
      nowMs: context.clock.nowMs(),
      signal: context.interrupted,
      onProgress,
    }),
  ).catch((error: unknown) => {
    const isHomes = error instanceof StrongroomError && homeCodes.has(error.code);
    throw nameFolder(error, isHomes ? home : target);
  });
  output.result(restored, () => sayRestored(run, restored));
  for (const path of restored.missing) output.warn(output.t('cli.restore.missing', { path }));
  return restored.missing.length === 0 ? exitCodes.ok : exitCodes.integrity;
}

function sayRestored({ output }: Run, { id, madeAtMs, bodies, statement }: RestoredBackup): void {
  output.line(output.t('cli.restore.done', { id, bodies, when: formatTime(madeAtMs) }));
  if (statement === undefined) {
    output.line(output.t('cli.restore.nothing-lost'));
    return;
  }
  const { devices, frozen, suspended, walls, lostEntries, rooms } = statement;
  output.line(output.t('cli.restore.lost', { count: lostEntries }));
  output.line(output.t('cli.restore.devices', { count: devices }));
  for (const device of frozen) output.line(`  ${output.t('cli.restore.frozen', { device })}`);
  for (const person of suspended) output.line(`  ${output.t('cli.restore.suspended', { person })}`);
  if (walls > 0) output.line(output.t('cli.restore.walls', { count: walls }));
  if (rooms > 0) output.line(output.t('cli.restore.rooms', { count: rooms }));
  output.line(output.t('cli.restore.start'));
}
