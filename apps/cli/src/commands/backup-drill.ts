/** A restore drill on any machine: an operator's command with the owner's kit. Spec: docs/spec/backup.md section 11. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DrillReport } from '@strongroom/backup';
import { encodeUtf8, InputError } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { placeFile } from '../files/place-file.ts';
import { formatSize } from '../output/format-size.ts';
import { nameSubject } from '../subject.ts';
import { findServerHome, nameFolder, readKit, withProgress } from './backup-inputs.ts';

export const backupDrillCommands: readonly CommandSpec[] = [
  {
    path: 'backup drill',
    takes: ['<dir>', '[backup]'],
    options: ['serverHome', 'fromKit', 'kitFd', 'output', 'force'],
    run: drill,
  },
];

async function drill(run: Run, input: CommandInput): Promise<number> {
  const { context, output } = run;
  const { drillBackup } = await import('@strongroom/backup');
  const target = resolve(context.cwd, input.argument(0));
  const [id, kit, home] = [input.findArgument(1), await readKit(run, input), findServerHome(run, input)];
  if (kit === undefined) throw nameSubject(new InputError('INPUT_MISSING'), '--from-kit');
  const report = await withProgress(run, async (onProgress) =>
    drillBackup({
      engine: createNodeEngine(),
      target,
      kit,
      ...(id === undefined ? {} : { id }),
      ...(existsSync(join(home, 'data')) ? { home } : {}),
      temporaryFolder: context.temporaryFolder,
      clock: context.clock,
      signal: context.interrupted,
      onProgress,
    }),
  ).catch((error: unknown) => {
    throw nameFolder(error, target);
  });
  const day = new Date(report.drilledAtMs).toISOString().slice(0, 10);
  const path = resolve(context.cwd, input.text('output') ?? `restore-drill-${day}-${report.backup}.json`);
  const bytes = encodeUtf8(`${JSON.stringify(report, undefined, 1)}\n`);
  await placeFile(context, { path, bytes, isForced: input.flag('force') });
  output.result({ ...report, report: path }, () => {
    sayReport(run, report);
    output.line(output.t('cli.backup.drill.report', { path }));
  });
  const isGood = report.problem === undefined && report.missing.length === 0;
  return isGood ? exitCodes.ok : exitCodes.integrity;
}

function sayReport({ output }: Run, report: DrillReport): void {
  const { backup: id, bodies, bytes, tookMs, ledgers, missing, problem } = report;
  for (const { ledger, entries, ofHome } of ledgers) {
    const text = output.t(`cli.backup.drill.${ofHome}`, { ledger, count: entries });
    if (ofHome === 'other') output.warn(text);
    else output.line(text);
  }
  for (const path of missing) output.warn(output.t('cli.restore.missing', { path }));
  if (problem === undefined)
    output.line(
      output.t('cli.backup.drill.good', {
        id,
        bodies,
        seconds: Math.ceil(tookMs / 1000),
        size: formatSize(bytes, output.texts.locale),
      }),
    );
  else output.warn(output.t('cli.backup.drill.bad', { id, path: problem.path }));
  output.line(output.t('cli.backup.drill.warden'));
}
