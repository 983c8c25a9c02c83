/** Where the parts of the warden's state key lie: shown and changed, with the warden stopped. Spec: docs/spec/warden.md section 14. */
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InputError } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import type { KeyPart, LevelChange, LevelDescription, WantedLevel } from '@strongroom/warden';
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import { giveFileToOwner, giveToOwner, thisHost } from '../warden-service/install.ts';
import { assertVisible, readServiceUnit } from '../warden-service/part-visible.ts';
import { setTpmAccess } from '../warden-service/tpm-access.ts';
import { findServerHome, nameFolder } from './backup-inputs.ts';

const serviceHome = '/var/lib/strongroom-warden';

export const levelCommand: CommandSpec = {
  path: 'warden level',
  takes: ['[level]'],
  options: ['home', 'partFolder', 'tpm'],
  run: setLevel,
};

const loadWarden = async () => await import('@strongroom/warden');

async function setLevel(run: Run, input: CommandInput): Promise<void> {
  const { output } = run;
  const { changeLevel, describeLevel } = await loadWarden();
  const home = findHome(run, input);
  const wanted = readWanted(run, input);
  const options = { engine: createNodeEngine(), home };
  if (wanted === undefined) {
    const found = await describeLevel(options)
      .catch(naming(home))
      .finally(() => giveToOwner(home, home));
    output.result({ ...found }, () => show(run, found));
    return;
  }
  const unit = readServiceUnit(home);
  if (unit !== undefined && wanted.folder !== undefined) {
    const { folder } = wanted;
    // Said before anything changes: the service would find out at its next start, which might be in the night.
    attempt(folder, () => assertVisible(unit, folder));
  }
  const changed = await changeLevel({ ...options, wanted })
    .catch(naming(wanted.folder ?? home))
    .finally(() => giveToOwner(home, home));
  const device = await giveAccess(run, home, changed);
  output.result({ ...changed }, () => {
    show(run, changed);
    if (device !== undefined) output.line(output.t('cli.warden.level.service', { device }));
  });
  warn(run, home, changed);
}

function findHome(run: Run, input: CommandInput): string {
  const named = input.text('home');
  const home =
    named === undefined
      ? [serviceHome, join(findServerHome(run, input), 'warden')].find((path) => existsSync(path))
      : resolve(run.context.cwd, named);
  if (home === undefined || !existsSync(join(home, 'state-key')))
    throw new InputError('FILE_UNREADABLE', { reason: 'no warden' });
  return home;
}

/** @throws InputError INPUT_INVALID */
function readWanted({ context }: Run, input: CommandInput): WantedLevel | undefined {
  const [level, named, hasTpm] = [input.findArgument(0), input.text('partFolder'), input.flag('tpm')];
  if (named !== undefined && level !== 'split')
    throw new InputError('INPUT_INVALID', { name: '--part-folder' });
  if (hasTpm && level !== 'split') throw new InputError('INPUT_INVALID', { name: '--tpm' });
  if (level === undefined) return undefined;
  if (level === 'file') return { hasTpm: false, folder: undefined };
  if (level === 'tpm') return { hasTpm: true, folder: undefined };
  if (level !== 'split') throw new InputError('INPUT_INVALID', { name: 'level' });
  if (named === undefined) throw new InputError('INPUT_INVALID', { name: '--part-folder' });
  return { hasTpm, folder: resolve(context.cwd, named) };
}

/** What was made as root is the service's user's, and so is the way to the TPM. Answers the device it may use now. */
async function giveAccess(
  { context }: Run,
  home: string,
  { parts }: LevelChange,
): Promise<string | undefined> {
  const { filePartPath } = await loadWarden();
  for (const part of parts)
    if (part.kind === 'file')
      try {
        giveFileToOwner(home, filePartPath(part));
      } catch {
        // A stick whose file system knows no owners: who may read it there is said by how it is mounted.
      }
  if (context.userId !== 0) return undefined;
  const isWanted = parts.some(({ kind }) => kind === 'tpm');
  return setTpmAccess(thisHost(context.userId), { home, isWanted });
}

function show({ output }: Run, { level, parts }: LevelDescription): void {
  output.line(output.t(`cli.warden.level.${level}`));
  for (const part of parts)
    output.line(output.t(`cli.warden.level.part-${part.kind}`, { place: placeOf(part) }));
  if (level === 'L2') output.line(output.t('cli.warden.level.needed'));
}

function warn({ output }: Run, home: string, { before, level, parts, leaving }: LevelChange): void {
  for (const part of leaving) output.warn(output.t('cli.warden.level.leaving', { place: placeOf(part) }));
  if (level === 'L0') return;
  if (before === 'L0') output.warn(output.t('cli.warden.level.images'));
  if (!existsSync(join(home, 'copy.json'))) output.warn(output.t('cli.warden.level.no-copy'));
  const isBeside = parts.some(
    (part) => part.kind === 'file' && statSync(part.folder).dev === statSync(home).dev,
  );
  if (isBeside) output.warn(output.t('cli.warden.level.same-disk'));
}

const placeOf = (part: KeyPart): string => (part.kind === 'tpm' ? part.index : part.folder);

function attempt(path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw nameFolder(error, path);
  }
}

function naming(path: string): (error: unknown) => never {
  return (error) => {
    throw nameFolder(error, path);
  };
}
