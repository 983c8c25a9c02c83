/** Which of the four languages a run speaks: --lang, STRONGROOM_LANG, LC_ALL, LC_MESSAGES, LANG, else English. */
import { InputError } from '@strongroom/core';
import { findLocale } from '@strongroom/texts';
import type { Locale } from '@strongroom/texts';

/**
 * Chooses the language. A wish that was spoken to us (--lang, STRONGROOM_LANG) must be one of the four; the system's own
 * setting may be any, and then we speak English.
 * @throws InputError LANGUAGE_UNKNOWN
 */
export function chooseLocale(options: {
  readonly wish: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}): Locale {
  const { wish, env } = options;
  for (const tag of [wish, env['STRONGROOM_LANG']]) {
    if (tag === undefined || tag === '') continue;
    const locale = findLocale(tag);
    if (locale === undefined) throw new InputError('LANGUAGE_UNKNOWN');
    return locale;
  }
  const system = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find(
    (tag) => tag !== undefined && tag !== '',
  );
  return (system === undefined ? undefined : findLocale(system)) ?? 'en';
}

/** The value after --lang, read before the command line is parsed, because the parser's own words need the language. */
export function findLanguageWish(args: readonly string[]): string | undefined {
  for (const [place, arg] of args.entries()) {
    if (arg === '--') return undefined;
    if (arg === '--lang') return args[place + 1] ?? '';
    if (arg.startsWith('--lang=')) return arg.slice('--lang='.length);
  }
  return undefined;
}
