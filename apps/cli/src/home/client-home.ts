/** The command line's home of one person: configuration, device storage, runtime files. STRONGROOM_CLIENT_HOME moves it. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { InputError, IntegrityError, encodeHex, encodeUtf8 } from '@strongroom/core';
import type { CliContext } from '../context.ts';
import { isMissing, writeDurableFile } from './durable-file.ts';

/** Where things lie. */
export interface ClientHome {
  readonly folder: string;
  readonly configPath: string;
  /** The device's storage. */
  readonly deviceFolder: string;
  /** Records that are being verified on the way to standard output. */
  readonly spoolFolder: string;
  /** Batches of `records add` that did not finish. */
  readonly batchFolder: string;
  /** Journals of exports that did not finish. */
  readonly exportFolder: string;
}

/** The configuration of a home. */
export interface ClientConfig {
  readonly version: 1;
  /** Address of the server, for example `http://127.0.0.1:8484`. */
  readonly server: string;
  /** How long the agent keeps the device unlocked without being asked. */
  readonly idleMinutes: number;
}

/** Idle limit of the agent where the configuration does not say otherwise. */
export const idleMinutesDefault = 15;
/** Longest idle limit that may be chosen: a session ends then anyway. */
export const idleMinutesMax = 12 * 60;

/** Finds the home: STRONGROOM_CLIENT_HOME, else the user's data folder. */
export function findClientHome(context: Pick<CliContext, 'env' | 'userHome' | 'cwd'>): ClientHome {
  const { env, userHome, cwd } = context;
  const own = env['STRONGROOM_CLIENT_HOME'];
  const data = env['XDG_DATA_HOME'] || env['LOCALAPPDATA'] || join(userHome, '.local', 'share');
  const folder = own === undefined || own === '' ? join(data, 'strongroom-client') : resolve(cwd, own);
  return {
    folder,
    configPath: join(folder, 'config.json'),
    deviceFolder: join(folder, 'device'),
    spoolFolder: join(folder, 'spool'),
    batchFolder: join(folder, 'batches'),
    exportFolder: join(folder, 'exports'),
  };
}

/** Reads the configuration; undefined where the home is new. @throws IntegrityError HOME_DAMAGED */
export async function readConfig(home: ClientHome): Promise<ClientConfig | undefined> {
  let text: string;
  try {
    text = await readFile(home.configPath, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    return parseConfig(JSON.parse(text));
  } catch (error) {
    throw new IntegrityError('HOME_DAMAGED', {}, { cause: error });
  }
}

/** Writes the configuration durably. */
export async function writeConfig(
  home: ClientHome,
  config: ClientConfig,
  context: Pick<CliContext, 'randomBytes'>,
): Promise<void> {
  await writeDurableFile({
    path: home.configPath,
    bytes: encodeUtf8(`${JSON.stringify(config, undefined, 2)}\n`),
    token: encodeHex(context.randomBytes(8)),
  });
}

function parseConfig(value: unknown): ClientConfig {
  const { version, server, idleMinutes } = value as Partial<ClientConfig>;
  if (version !== 1 || typeof server !== 'string') throw new InputError('CONFIG_INVALID');
  if (
    typeof idleMinutes !== 'number' ||
    !Number.isInteger(idleMinutes) ||
    idleMinutes < 1 ||
    idleMinutes > idleMinutesMax
  ) {
    throw new InputError('CONFIG_INVALID', { name: 'idleMinutes' });
  }
  return { version, server: parseServerUrl(server), idleMinutes };
}

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/u;

/**
 * A server's address without path. Plain HTTP is accepted for this machine only.
 * @throws InputError SERVER_URL_INVALID, PLAINTEXT_BEYOND_LOOPBACK
 */
export function parseServerUrl(text: string): string {
  if (!URL.canParse(text)) throw new InputError('SERVER_URL_INVALID');
  const url = new URL(text);
  const isBare = url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  if (!isBare || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new InputError('SERVER_URL_INVALID');
  }
  if (url.protocol === 'http:' && !loopback.test(url.hostname))
    throw new InputError('PLAINTEXT_BEYOND_LOOPBACK');
  return url.origin;
}
