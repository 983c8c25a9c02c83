import { describe, expect, test } from 'vitest';
import { chooseLocale, findLanguageWish } from '../src/language.ts';
import { runCli } from '../src/run-cli.ts';
import { createTestContext, makeFolder } from './test-context.ts';

describe('the language of a run', () => {
  test('is the one asked for, before what the environment says', () => {
    const env = { STRONGROOM_LANG: 'pl', LC_ALL: 'fr_FR.UTF-8', LANG: 'zh_CN.UTF-8' };
    expect(chooseLocale({ wish: 'en', env })).toBe('en');
    expect(chooseLocale({ wish: undefined, env })).toBe('pl');
    expect(chooseLocale({ wish: undefined, env: { ...env, STRONGROOM_LANG: '' } })).toBe('fr');
    expect(chooseLocale({ wish: undefined, env: { LANG: 'zh_CN.UTF-8' } })).toBe('zh');
    expect(chooseLocale({ wish: undefined, env: { LANG: 'de_DE.UTF-8' } })).toBe('en');
    expect(chooseLocale({ wish: undefined, env: {} })).toBe('en');
  });

  test('is refused by name where it was asked for and is not one of the four', async () => {
    const context = createTestContext(makeFolder('language'));
    expect(await runCli(['--lang', 'de', 'status'], context)).toBe(2);
    expect(context.err()).toContain('LANGUAGE_UNKNOWN');
    for (const name of ['English', 'français', '中文', 'polski']) expect(context.err()).toContain(name);
  });

  test('is found wherever it stands in the command line', () => {
    expect(findLanguageWish(['status', '--lang', 'fr'])).toBe('fr');
    expect(findLanguageWish(['--lang=pl'])).toBe('pl');
    expect(findLanguageWish(['records', 'add', '--', '--lang', 'fr'])).toBeUndefined();
    expect(findLanguageWish(['--lang'])).toBe('');
  });
});
