import { spawnSync } from 'node:child_process';
import { bodyKinds } from '@strongroom/authority';
import { catalogues, locales } from '@strongroom/texts';
import { describe, expect, test } from 'vitest';
import { commands } from '../src/commands/index.ts';
import { formatCompletions, shells } from '../src/completions/format-completions.ts';
import { runCli } from '../src/run-cli.ts';
import { createTestContext, makeFolder } from './test-context.ts';

const groups = [...new Set(commands.map(({ path }) => path.split(' ')[0] ?? ''))].filter((word) =>
  commands.some(({ path }) => path.startsWith(`${word} `)),
);
const pages = ['', ...groups, ...commands.map(({ path }) => path)];

describe.each(locales)('help in %s', (locale) => {
  test('is there for every command and says what it said before', async () => {
    const texts: string[] = [];
    for (const page of pages) {
      const context = createTestContext(makeFolder('help'));
      const words = page === '' ? [] : page.split(' ');
      expect(await runCli([...words, '--help', '--lang', locale], context), page).toBe(0);
      expect(context.err(), page).toBe('');
      texts.push(`$ strongroom ${[...words, '--help'].join(' ')}\n\n${context.out()}`);
    }
    await expect(texts.join('\n')).toMatchFileSnapshot(`help/${locale}.txt`);
  });

  test('has not a word of the parser’s own English', async () => {
    if (locale === 'en') return;
    for (const page of pages) {
      const context = createTestContext(makeFolder('help'));
      await runCli([...page.split(' ').filter(Boolean), '--help', '--lang', locale], context);
      expect(context.out(), page).not.toMatch(
        /Usage|display help|choices:|default:|Arguments:|Global Options/u,
      );
    }
  });

  test('every kind of ledger entry has a sentence', () => {
    for (const kind of bodyKinds) expect(catalogues[locale][`line.${kind}`], kind).toBeTypeOf('string');
  });
});

describe('a wrong command line', () => {
  test.each([
    [['recrods'], 'recrods'],
    [['records', 'opn'], 'opn'],
    [['records', 'open'], 'id'],
    [['records', 'list', '--clinet', 'x'], '--clinet'],
    [['records', 'open', 'rec_x', '--purpose', 'fun'], '--purpose fun'],
    [['ledger', 'show', '--count', 'many'], '--count many'],
    [['lock', 'now'], ''],
  ])('%j is refused with code 2 and names the word', async (args, word) => {
    const context = createTestContext(makeFolder('usage'));
    expect(await runCli(args, context)).toBe(2);
    expect(context.err()).toContain('USAGE_INVALID');
    expect(context.err()).toContain(word);
  });

  test('no command at all shows the help and ends with 2', async () => {
    const context = createTestContext(makeFolder('usage'));
    expect(await runCli([], context)).toBe(2);
    expect(context.out()).toContain('records');
  });
});

describe('without a device', () => {
  test('every command that needs one says how to begin, with code 1', async () => {
    for (const args of [['vaults', 'list'], ['sync'], ['people', 'list'], ['unlock']]) {
      const context = createTestContext(makeFolder('new'));
      expect(await runCli(args, context)).toBe(1);
      expect(context.err()).toContain('DEVICE_NOT_ENROLLED');
      expect(context.err()).toContain('strongroom enrol');
    }
  });

  test('status teaches, as words and as JSON', async () => {
    const words = createTestContext(makeFolder('new'));
    expect(await runCli(['status'], words)).toBe(0);
    expect(words.out()).toContain('strongroom firm create');
    const json = createTestContext(makeFolder('new'));
    expect(await runCli(['status', '--json'], json)).toBe(0);
    expect(JSON.parse(json.out())).toMatchObject({ state: 'new', server: null });
  });

  test('a server beyond this machine without TLS, or with a path, is refused', async () => {
    const away = createTestContext(makeFolder('new'));
    const args = ['firm', 'create', '--code', 'x', '--name', 'n', '--language', 'en', '--country', 'FR'];
    const rest = ['--profession', 'law', '--person', 'p', '--password-fd', '99'];
    expect(await runCli([...args, ...rest, '--server', 'http://example.org'], away)).toBe(1);
    expect(away.err()).toContain('PLAINTEXT_BEYOND_LOOPBACK');
    const path = createTestContext(makeFolder('new'));
    expect(await runCli([...args, ...rest, '--server', 'https://example.org/x'], path)).toBe(2);
    expect(path.err()).toContain('SERVER_URL_INVALID');
  });
});

describe('completions', () => {
  const explain = (path: string): string => path;

  test.each(shells)('for %s know every command', (shell) => {
    const script = formatCompletions(shell, commands, explain);
    for (const { path } of commands) for (const word of path.split(' ')) expect(script).toContain(word);
  });

  test('complete in a real bash', () => {
    const script = formatCompletions('bash', commands, explain);
    const ask = (words: string): string[] => {
      const list = words.split(' ');
      const run = `${script}\nCOMP_WORDS=(${list.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${list.length - 1}; _strongroom; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return spawnSync('bash', ['-c', run], { encoding: 'utf8' }).stdout.trim().split('\n');
    };
    expect(ask('strongroom rec')).toEqual(['records']);
    expect(ask('strongroom records op')).toEqual(['open']);
    expect(ask('strongroom records open --purp')).toEqual(['--purpose']);
    expect(ask('strongroom records open --purpose conf')).toEqual(['conflict-check']);
    expect(ask('strongroom --json ledger ver')).toEqual(['verifier', 'verify']);
  });
});
