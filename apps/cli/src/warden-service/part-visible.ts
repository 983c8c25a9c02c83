/** Whether the warden's service sees a folder: systemd hides some from it, and a part of the state key that lies there stops its next start. */
import { existsSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@strongroom/core';
import { quoteUnitWord } from './unit.ts';

const defaultUnitPath = '/etc/systemd/system/strongroom-warden.service';

/** What a setting hides when it has one of its values (systemd.exec(5)). `ProtectHome=read-only` hides nothing. */
const hiding = [
  {
    setting: 'ProtectHome',
    values: ['yes', 'true', 'on', '1', 'y', 't', 'tmpfs'],
    folders: ['/home', '/root', '/run/user'],
  },
  {
    setting: 'PrivateTmp',
    values: ['yes', 'true', 'on', '1', 'y', 't', 'disconnected'],
    folders: ['/tmp', '/var/tmp'],
  },
] as const;

/** The text of a unit and its additions in the order in which systemd reads them; undefined where this home is no service's. */
export function readServiceUnit(home: string, unitPath: string = defaultUnitPath): string | undefined {
  if (!existsSync(unitPath)) return undefined;
  const unit = readFileSync(unitPath, 'utf8');
  if (!unit.includes(quoteUnitWord(home))) return undefined;
  const folder = `${unitPath}.d`;
  const additions = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.conf'))
        .toSorted()
    : [];
  return [unit, ...additions.map((name) => readFileSync(join(folder, name), 'utf8'))].join('\n');
}

/**
 * Refuses a folder that a unit hides from its service, unless an addition of its administrator's binds it in.
 * @param folder an absolute path; where it does not exist, it is judged by its name
 * @throws InputError PART_FOLDER_HIDDEN
 */
export function assertVisible(unit: string, folder: string): void {
  const places = [folder, realOf(folder)];
  const bound = settings(unit, 'BindPaths').concat(settings(unit, 'BindReadOnlyPaths'));
  for (const { setting, values, folders } of hiding) {
    const value = settings(unit, setting).at(-1)?.toLowerCase() ?? '';
    const isOn = (values as readonly string[]).includes(value);
    const isUnder = folders.some((top) =>
      [top, realOf(top)].some((one) => places.some((place) => place === one || place.startsWith(`${one}/`))),
    );
    if (isOn && isUnder && !bound.some((words) => words.split(/\s+/u).some((word) => isRound(word, folder))))
      throw new InputError('PART_FOLDER_HIDDEN', { reason: setting });
  }
}

/** Every value that a setting is given, in order. */
function settings(unit: string, name: string): string[] {
  return unit
    .split('\n')
    .flatMap((line) => new RegExp(`^\\s*${name}\\s*=(.*)$`, 'u').exec(line)?.[1]?.trim() ?? []);
}

/** Whether a word of a bind, `-` and target and options aside, is the folder or one round it. */
function isRound(word: string, folder: string): boolean {
  const [source = ''] = word.replace(/^-/u, '').split(':');
  return source !== '' && (folder === source || folder.startsWith(`${source.replace(/\/+$/u, '')}/`));
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // not there
  }
}
