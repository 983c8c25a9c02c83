/** What the command line of the server may say. */
import { InputError } from '@strongroom/core';
import { findLocale } from '@strongroom/texts';
import type { Locale, TextId } from '@strongroom/texts';
import { defaultHome } from './home.ts';
import { isPort } from './listening/reach.ts';
import type { ListenWishes } from './listening/reach.ts';

export type Arguments = {
  readonly home: string;
  /** What the command line wishes; config.json of the home has the rest. */
  readonly listening: ListenWishes;
  readonly locale: Locale;
  readonly isJson: boolean;
  readonly isHelp: boolean;
  readonly testControl: string | undefined;
};

/** Every option with what its value is called, in the order of the help. */
export const optionTable = [
  { name: '--home', value: 'DIR', text: 'server.help.home' },
  { name: '--port', value: 'NUMBER', text: 'server.help.port' },
  { name: '--listen', value: 'ADDRESS', text: 'server.help.listen' },
  { name: '--host-name', value: 'NAME', text: 'server.help.host-name' },
  { name: '--tls-certificate', value: 'FILE', text: 'server.help.tls-certificate' },
  { name: '--tls-key', value: 'FILE', text: 'server.help.tls-key' },
  { name: '--own-authority', value: undefined, text: 'server.help.own-authority' },
  { name: '--behind-proxy', value: 'ADDRESS[,ADDRESS…]', text: 'server.help.behind-proxy' },
  { name: '--lang', value: 'en|fr|zh|pl', text: 'server.help.lang' },
  { name: '--json', value: undefined, text: 'server.help.json' },
  { name: '--help', value: undefined, text: 'server.help.help' },
] as const satisfies readonly { name: string; value: string | undefined; text: TextId }[];

const valued: ReadonlySet<string> = new Set([
  ...optionTable.filter(({ value }) => value !== undefined).map(({ name }) => name),
  '--test-control',
]);
const flags: ReadonlySet<string> = new Set(
  optionTable.filter(({ value }) => value === undefined).map(({ name }) => name),
);

/** @throws InputError USAGE_INVALID, LANGUAGE_UNKNOWN, ENVIRONMENT_INVALID */
export function readArguments(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): Arguments {
  const values = new Map<string, string>();
  const given = new Set<string>();
  for (let place = 0; place < args.length; place++) {
    const [name, inline] = splitOnce(args[place] ?? '');
    if (flags.has(name) && inline === undefined) {
      given.add(name);
      continue;
    }
    if (!valued.has(name)) throw new InputError('USAGE_INVALID', { argument: place + 1 });
    const value = inline ?? args[++place];
    if (value === undefined || value === '') throw new InputError('USAGE_INVALID', { argument: place + 1 });
    values.set(name, value);
  }
  const unsafe = environment['STRONGROOM_UNSAFE_TEST'];
  if (unsafe !== undefined && unsafe !== '' && unsafe !== '1')
    throw new InputError('ENVIRONMENT_INVALID', { name: 'STRONGROOM_UNSAFE_TEST' });
  const testControl = values.get('--test-control');
  if (testControl !== undefined && unsafe !== '1')
    throw new InputError('ENVIRONMENT_INVALID', { name: 'STRONGROOM_UNSAFE_TEST' });
  return {
    home: values.get('--home') ?? defaultHome(environment, platform),
    listening: readWishes(values, given),
    locale: readLocale(values.get('--lang'), environment),
    isJson: given.has('--json'),
    isHelp: given.has('--help'),
    testControl,
  };
}

function readWishes(values: ReadonlyMap<string, string>, given: ReadonlySet<string>): ListenWishes {
  const text = <K extends string>(key: K, option: string): { readonly [name in K]?: string } => {
    const value = values.get(option);
    return (value === undefined ? {} : { [key]: value }) as { readonly [name in K]?: string };
  };
  const port = readPort(values.get('--port'));
  const proxies = values.get('--behind-proxy');
  return {
    ...(port === undefined ? {} : { port }),
    ...text('listen', '--listen'),
    ...text('hostName', '--host-name'),
    ...text('tlsCertificate', '--tls-certificate'),
    ...text('tlsKey', '--tls-key'),
    ...(given.has('--own-authority') ? { ownAuthority: true } : {}),
    ...(proxies === undefined ? {} : { behindProxy: proxies.split(',') }),
  };
}

function splitOnce(argument: string): [string, string | undefined] {
  const place = argument.indexOf('=');
  return place < 0 ? [argument, undefined] : [argument.slice(0, place), argument.slice(place + 1)];
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
