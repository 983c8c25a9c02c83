/** What the server says to whoever started it: words in a language, or JSON lines for programs. */
import { InputError, StrongroomError } from '@strongroom/core';
import { createTranslator } from '@strongroom/texts';
import type { Locale } from '@strongroom/texts';
import { optionTable } from './arguments.ts';
import type { RunningServer } from './start.ts';
import { listTrustSteps } from './web/plain-pages.ts';

/** Exit codes of the program. */
export const exitCodes = { ended: 0, refused: 1, usage: 2 } as const;

/** How it is said. */
export type Manner = { readonly locale: Locale; readonly isJson: boolean };

/** One JSON line for programs, text for people. */
export function say(
  { isJson }: Pick<Manner, 'isJson'>,
  event: Readonly<Record<string, unknown>>,
  text: string,
): void {
  process.stdout.write(isJson ? `${JSON.stringify(event)}\n` : `${text}\n`);
}

/** Says that it cannot be done, why and what to do; answers the exit code. A bug is thrown on. */
export function refuse(cause: unknown, manner: Manner): number {
  if (!(cause instanceof StrongroomError)) throw cause;
  const { code, details } = cause;
  const { find } = createTranslator(manner.locale);
  const title = find(`error.${code}.title`, details) ?? code;
  const next = find(`error.${code}.next`, details);
  if (manner.isJson) say(manner, { event: 'refused', code, details }, '');
  else process.stderr.write(`strongroom: ${code}: ${title}\n${next === undefined ? '' : `  ${next}\n`}`);
  return cause instanceof InputError && code === 'USAGE_INVALID' ? exitCodes.usage : exitCodes.refused;
}

/** The page of `--help`. */
export function formatHelp(locale: Locale): string {
  const { t } = createTranslator(locale);
  const rows = optionTable.map(({ name, value, text }) => ({
    option: value === undefined ? name : `${name} ${value}`,
    text: t(text),
  }));
  const width = Math.max(...rows.map(({ option }) => option.length)) + 2;
  return [
    t('server.help.usage'),
    '',
    t('server.help.what'),
    '',
    ...rows.map(({ option, text }) => `  ${option.padEnd(width)}${text}`),
    '',
  ].join('\n');
}

/** Address at which the first firm is made; the code is behind `#`, so that it reaches no server and no log. */
export function firstRunAddress({
  url,
  firstRunCode,
}: Pick<RunningServer, 'url' | 'firstRunCode'>): string | undefined {
  return firstRunCode === undefined ? undefined : `${url}/start#code=${firstRunCode}`;
}

/** What a started server says. */
export function describeStart(locale: Locale, server: RunningServer): string {
  const { t } = createTranslator(locale);
  const { url, firstRunCode, authority, context } = server;
  const lines = [t('server.console.listening', { url })];
  const address = firstRunAddress(server);
  if (firstRunCode !== undefined && address !== undefined) {
    if (context.web.state.kind === 'built') lines.push('', t('server.console.first-run'), `  ${address}`);
    lines.push(
      '',
      t('server.console.first-run-cli', { code: firstRunCode }),
      `  strongroom firm create --server ${url}`,
    );
  }
  if (authority !== undefined) {
    lines.push(
      '',
      t('server.console.authority', { name: authority.hostName }),
      t('server.console.authority-where', {
        path: authority.certificateFile,
        address: `${url}/authority`,
      }),
      `  ${authority.fingerprint}`,
    );
    if (authority.isNew) lines.push(...listTrustSteps(t).map(({ system, step }) => `- ${system}: ${step}`));
  }
  return lines.join('\n');
}
