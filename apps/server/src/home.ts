/** The folder that an installation lives in: `data/`, `warden/`, `config.json`. One server at a time. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ConflictError, DependencyError, InputError } from '@strongroom/core';
import { isPin, lockHome, parseAddress } from '@strongroom/warden';
import { isPort } from './listening/reach.ts';
import type { ListenWishes } from './listening/reach.ts';
import { isTimeStampWish } from './time-stamps/settings.ts';
import type { TimeStampWish } from './time-stamps/settings.ts';
import type { WardenWish } from './warden-link.ts';

/** What config.json may say: the names of the command line's options, who the witnesses are, who stamps the time, and where the warden is. File names are relative to the home. */
export type Config = ListenWishes & {
  /** A C2SP tlog-policy file. */
  readonly witnesses?: string;
  /** Key names of the witnesses that may read entries (docs/spec/witness.md section 6). */
  readonly witnessesRead?: readonly string[];
  /** Whom to ask for time stamps of checkpoints (docs/spec/server.md section 10). */
  readonly timeStamps?: TimeStampWish;
  /** Where the warden is, if it is not a child of the server (docs/spec/warden.md section 9). */
  readonly warden?: WardenWish;
};

/** An opened home. */
export interface Home {
  readonly path: string;
  readonly config: Config;
  /** Lets another server open it. */
  release(): void;
}

const configDefault: Config = { port: 8484 };

/** Where the home is when nobody says: the user's data folder. */
export function defaultHome(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string {
  const named = environment['STRONGROOM_HOME'];
  if (named !== undefined && named !== '') return named;
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Strongroom');
  if (platform === 'win32')
    return join(environment['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'Strongroom');
  const data = environment['XDG_DATA_HOME'];
  return join(
    data !== undefined && data.startsWith('/') ? data : join(homedir(), '.local', 'share'),
    'strongroom',
  );
}

/**
 * Makes what is missing and takes the lock.
 * @throws DependencyError HOME_NOT_WRITABLE, HOME_IN_USE; InputError CONFIG_INVALID
 */
export function openHome(path: string): Home {
  try {
    for (const folder of ['.', 'data', 'warden']) {
      mkdirSync(join(path, folder), { recursive: true, mode: 0o700 });
      chmodSync(join(path, folder), 0o700);
    }
  } catch (cause) {
    throw new DependencyError('HOME_NOT_WRITABLE', {}, { cause });
  }
  const release = takeLock(join(path, 'server-lock'));
  try {
    return { path, config: readConfig(join(path, 'config.json')), release };
  } catch (cause) {
    release();
    throw cause;
  }
}

function readConfig(path: string): Config {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT')
      throw new DependencyError('HOME_NOT_WRITABLE', {}, { cause });
    writeFileSync(path, `${JSON.stringify(configDefault, null, 2)}\n`, { mode: 0o600 });
    return configDefault;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new InputError('CONFIG_INVALID', { reason: 'json' }, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InputError('CONFIG_INVALID', { reason: 'object' });
  for (const [name, one] of Object.entries(value)) {
    const isValid = Object.hasOwn(configFields, name) && configFields[name as keyof Config](one);
    if (!isValid) throw new InputError('CONFIG_INVALID', { reason: nameForError(name) });
  }
  const config = value as Config;
  const folder = dirname(path);
  return {
    ...config,
    ...(config.tlsCertificate === undefined
      ? {}
      : { tlsCertificate: resolve(folder, config.tlsCertificate) }),
    ...(config.tlsKey === undefined ? {} : { tlsKey: resolve(folder, config.tlsKey) }),
    ...(config.witnesses === undefined ? {} : { witnesses: resolve(folder, config.witnesses) }),
    ...(config.timeStamps === undefined
      ? {}
      : {
          timeStamps: {
            ...config.timeStamps,
            authorities: resolve(folder, config.timeStamps.authorities),
          },
        }),
    ...(config.warden === undefined ? {} : { warden: resolveWarden(folder, config.warden) }),
  };
}

function resolveWarden(folder: string, wish: WardenWish): WardenWish {
  return 'socket' in wish
    ? { socket: resolve(folder, wish.socket) }
    : { ...wish, credentials: resolve(folder, wish.credentials) };
}

function isWardenWish(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { socket, address, pin, credentials, ...others } = value as Record<string, unknown>;
  if (Object.keys(others).length > 0) return false;
  if (socket !== undefined)
    return isText(socket) && [address, pin, credentials].every((one) => one === undefined);
  return (
    typeof address === 'string' && parseAddress(address) !== undefined && isPin(pin) && isText(credentials)
  );
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

const configFields: Readonly<Record<keyof Config, (value: unknown) => boolean>> = {
  port: isPort,
  listen: isText,
  hostName: isText,
  tlsCertificate: isText,
  tlsKey: isText,
  ownAuthority: (value) => typeof value === 'boolean',
  witnesses: isText,
  witnessesRead: (value) => Array.isArray(value) && value.every(isText),
  timeStamps: isTimeStampWish,
  warden: isWardenWish,
  behindProxy: (value) => Array.isArray(value) && value.every(isText),
};

/** A name that the file may have is told; another might be anything. */
function nameForError(name: string): string {
  return Object.hasOwn(configFields, name) ? name : 'field';
}

/** The operating system's lock, as the warden's: it ends with the process that held it, so nothing stale is ever judged. */
function takeLock(path: string): () => void {
  try {
    const lock = lockHome(path);
    return () => lock.close();
  } catch (cause) {
    if (cause instanceof ConflictError) throw new DependencyError('HOME_IN_USE', {}, { cause });
    throw new DependencyError('HOME_NOT_WRITABLE', {}, { cause });
  }
}
