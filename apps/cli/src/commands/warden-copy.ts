/** The warden's disaster copy: where it goes, how it stands, and a warden's folder out of it. Spec: docs/spec/warden.md section 13. */
import { existsSync, rmSync, statSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { InputError, StrongroomError } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import type { CopySettings } from '@strongroom/warden';
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import { formatSize } from '../output/format-size.ts';
import { formatTime } from '../output/format-time.ts';
import { giveFileToOwner } from '../warden-service/install.ts';
import { findServerHome, nameFolder, readKit, withProgress } from './backup-inputs.ts';

const serviceHome = '/var/lib/strongroom-warden';

export const wardenCopyCommands: readonly CommandSpec[] = [
  { path: 'warden copy', options: ['home', 'copyTo', 'keyFolder', 'off'], run: setCopy },
  {
    path: 'warden recover',
    options: ['serverHome', 'copyFrom', 'keyFolder', 'backupFolder', 'fromKit', 'kitFd'],
    run: recover,
  },
];

const loadWarden = async () => await import('@strongroom/warden');
const loadBackup = async () => await import('@strongroom/backup');

async function setCopy(run: Run, input: CommandInput): Promise<void> {
  const { context } = run;
  const serverHome = findServerHome(run, input);
  const named = input.text('home');
  const home =
    named === undefined
      ? [serviceHome, join(serverHome, 'warden')].find((path) => existsSync(path))
      : resolve(context.cwd, named);
  if (home === undefined || !existsSync(join(home, 'state-key')))
    throw new InputError('FILE_UNREADABLE', { reason: 'no warden' });
  const { copySettingsName } = await loadWarden();
  const path = join(home, copySettingsName);
  const wanted = readFolders(run, input, 'copyTo');
  if (input.flag('off')) {
    rmSync(path, { force: true });
    run.output.result({ copy: null }, () => run.output.line(run.output.t('cli.warden.copy.ended')));
    return;
  }
  if (wanted !== undefined) {
    await assertFit(home, serverHome, wanted).catch((error: unknown) => {
      throw nameFolder(error, wanted.folder);
    });
    await writeFile(`${path}.tmp`, `${JSON.stringify(wanted)}\n`, { mode: 0o600 });
    giveFileToOwner(home, `${path}.tmp`);
    await rename(`${path}.tmp`, path);
  }
  await showCopy(run, home, wanted !== undefined);
}

/** @throws InputError COPY_FOLDER_REFUSED */
async function assertFit(home: string, serverHome: string, wanted: CopySettings): Promise<void> {
  const { assertCopyFolders, homesOf } = await loadWarden();
  const { assertNoBackupsIn } = await loadBackup();
  await assertCopyFolders(wanted, [...homesOf(home), ...(existsSync(serverHome) ? [serverHome] : [])]);
  await assertNoBackupsIn(serverHome, wanted);
}

async function showCopy({ output }: Run, home: string, isNew: boolean): Promise<void> {
  const { readCopySettings, readMadeCopy } = await loadWarden();
  const settings = await readCopySettings(home);
  const made = await readMadeCopy(home);
  const isThere = made?.folder === settings?.folder && made?.keyFolder === settings?.keyFolder;
  const newest = isThere ? made : undefined;
  output.result({ copy: settings ?? null, newest: newest ?? null }, () => {
    if (settings === undefined) {
      output.line(output.t('cli.warden.copy.none'));
      return;
    }
    output.line(output.t('cli.warden.copy.folder', { folder: settings.folder }));
    if (settings.keyFolder !== undefined)
      output.line(output.t('cli.warden.copy.key-folder', { folder: settings.keyFolder }));
    if (newest !== undefined) {
      const [when, size] = [formatTime(newest.madeAtMs), formatSize(newest.sizeBytes, output.texts.locale)];
      output.line(output.t('cli.warden.copy.newest', { when, size }));
    } else output.line(output.t('cli.warden.copy.first'));
    if (isNew && home === serviceHome)
      output.line(
        output.t('cli.warden.copy.service', {
          folders: [settings.folder, ...(settings.keyFolder === undefined ? [] : [settings.keyFolder])].join(
            ' -',
          ),
        }),
      );
  });
  if (settings === undefined) return;
  const folders = [settings.folder, settings.keyFolder ?? settings.folder];
  if (settings.keyFolder === undefined || settings.keyFolder === settings.folder)
    output.warn(output.t('cli.warden.copy.key-beside'));
  if (folders.some((folder) => existsSync(folder) && statSync(folder).dev === statSync(home).dev))
    output.warn(output.t('cli.warden.copy.same-disk'));
}

async function recover(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  const { recoverWarden } = await loadBackup();
  const home = findServerHome(run, input);
  const [from, target, kit] = [
    readFolders(run, input, 'copyFrom'),
    input.text('backupFolder'),
    await readKit(run, input),
  ];
  if (from === undefined) throw new InputError('INPUT_INVALID', { name: '--from' });
  if (target === undefined) throw new InputError('INPUT_INVALID', { name: '--backup' });
  if (kit === undefined) throw new InputError('INPUT_INVALID', { name: '--from-kit' });
  const backups = resolve(context.cwd, target);
  const recovered = await withProgress(
    run,
    async (onProgress) =>
      await recoverWarden({ engine: createNodeEngine(), home, from, target: backups, kit, onProgress }),
    output.t('cli.column.disaster-copy'),
  ).catch((error: unknown) => {
    const code = error instanceof StrongroomError ? error.code : '';
    throw nameFolder(
      error,
      code.startsWith('COPY_') ? from.folder : code === 'RECOVER_HOME_FILLED' ? home : backups,
    );
  });
  output.result(recovered, () => {
    const { madeAtMs, backupAtMs, entries } = recovered;
    output.line(output.t('cli.warden.recover.done', { when: formatTime(madeAtMs), count: entries }));
    output.line(output.t('cli.warden.recover.unknown', { when: formatTime(Math.max(madeAtMs, backupAtMs)) }));
    output.line(output.t('cli.warden.recover.next', { folder: target }));
  });
}

/** The folders that were named, absolute. */
function readFolders(
  { context }: Run,
  input: CommandInput,
  name: 'copyTo' | 'copyFrom',
): CopySettings | undefined {
  const [folder, keyFolder] = [input.text(name), input.text('keyFolder')];
  if (folder === undefined) return undefined;
  return {
    folder: resolve(context.cwd, folder),
    ...(keyFolder === undefined ? {} : { keyFolder: resolve(context.cwd, keyFolder) }),
  };
}
