/** What the command line of the server may say. */
import { InputError } from '@strongroom/core';
import { findLocale } from '@strongroom/texts';
import type { Locale } from '@strongroom/texts';
import { defaultHome, isPort } from './home.ts';

export type Arguments = {
  readonly home: string;
  readonly port: number | undefined;
  readonly locale: Locale;
  readonly isJson: boolean;
  readonly testControl: string | undefined;
};

/** @throws InputError USAGE_INVALID, PLAINTEXT_BEYOND_LOOPBACK, LANGUAGE_UNKNOWN, ENVIRONMENT_INVALID */
export function readArguments(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): Arguments {
  const values = new Map<string, string>();
  let isJson = false;
  for (let place = 0; place < args.length; place++) {
    const [name, inline] = splitOnce(args[place] ?? '');
    if (name === '--json') {
      isJson = true;
      continue;
    }
    if (!['--home', '--port', '--host', '--lang', '--test-control'].includes(name))
      throw new InputError('USAGE_INVALID', { argument: place + 1 });
    const value = inline ?? args[++place];
    if (value === undefined || value === '') throw new InputError('USAGE_INVALID', { argument: place + 1 });
    values.set(name, value);
  }
  assertLoopback(values.get('--host'));
  const unsafe = environment['STRONGROOM_UNSAFE_TEST'];
  if (unsafe !== undefined && unsafe !== '' && unsafe !== '1')
    throw new InputError('ENVIRONMENT_INVALID', { name: 'STRONGROOM_UNSAFE_TEST' });
  const testControl = values.get('--test-control');
  if (testControl !== undefined && unsafe !== '1')
    throw new InputError('ENVIRONMENT_INVALID', { name: 'STRONGROOM_UNSAFE_TEST' });
  return {
    home: values.get('--home') ?? defaultHome(environment, platform),
    port: readPort(values.get('--port')),
    locale: readLocale(values.get('--lang'), environment),
    isJson,
    testControl,
  };
}

function splitOnce(argument: string): [string, string | undefined] {
  const place = argument.indexOf('=');
  return place < 0 ? [argument, undefined] : [argument.slice(0, place), argument.slice(place + 1)];
}

/** Plain HTTP stays on the machine: other machines come through a TLS proxy on this one. */
function assertLoopback(host: string | undefined): void {
  if (host !== undefined && !['127.0.0.1', 'localhost', '::1'].includes(host))
    throw new InputError('PLAINTEXT_BEYOND_LOOPBACK');
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = /^(0|[1-9][0-9]{0,4})$/.test(text) ? Number(text) : undefined;
  if (!isPort(port)) throw new InputError('USAGE_INVALID', { name: 'port' });
  return port;
}

function readLocale(
  named: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Locale {
  if (named !== undefined) {
    const found = findLocale(named);
    if (found === undefined) throw new InputError('LANGUAGE_UNKNOWN');
    return found;
  }
  const wish = environment['LC_ALL'] ?? environment['LC_MESSAGES'] ?? environment['LANG'];
  return (wish === undefined ? undefined : findLocale(wish)) ?? 'en';
}
