/** What `npm run demo` does: a firm with a past in a temporary home, until it is told to end. */
import { renameSync, writeFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { parseArgs } from 'node:util';
import { InputError } from '@strongroom/core';
import { createTranslator, findLocale } from '@strongroom/texts';
import type { Locale, TextId, Translator } from '@strongroom/texts';
import { buildWeb, canBuildWeb } from '../build-web.ts';
import type { DemoOptions, RunningDemo } from './start-demo.ts';
import type { DemoStep } from './story/story.ts';

const optionTable = [
  { option: '--home DIR', text: 'demo.option.home' },
  { option: '--port N', text: 'demo.option.port' },
  { option: '--small', text: 'demo.option.small' },
  { option: '--seed N', text: 'demo.option.seed' },
  { option: '--without-web', text: 'demo.option.without-web' },
  { option: '--lang en|fr|zh|pl', text: 'demo.option.lang' },
  { option: '--quiet', text: 'demo.option.quiet' },
  { option: '--ready-file PATH', text: 'demo.option.ready-file' },
] as const satisfies readonly { readonly option: string; readonly text: TextId }[];
const portDefault = 8485;

type Arguments = {
  readonly options: DemoOptions;
  readonly locale: Locale;
  readonly isQuiet: boolean;
  readonly hasWeb: boolean;
  readonly readyFile: string | undefined;
};

/** Reads the command line; undefined if it says something else. */
function readArguments(args: readonly string[]): Arguments | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        home: { type: 'string' },
        port: { type: 'string', default: String(portDefault) },
        seed: { type: 'string', default: '1' },
        small: { type: 'boolean', default: false },
        'without-web': { type: 'boolean', default: false },
        quiet: { type: 'boolean', default: false },
        'ready-file': { type: 'string' },
        lang: { type: 'string' },
      },
    });
    const isNumber = /^\d{1,9}$/;
    const locale = values.lang === undefined ? systemLocale() : findLocale(values.lang);
    if (
      locale === undefined ||
      !isNumber.test(values.port) ||
      Number(values.port) > 65_535 ||
      !isNumber.test(values.seed)
    )
      return undefined;
    return {
      options: {
        ...(values.home === undefined ? {} : { home: values.home }),
        port: Number(values.port),
        seed: Number(values.seed),
        isSmall: values.small,
      },
      locale,
      isQuiet: values.quiet,
      hasWeb: !values['without-web'],
      readyFile: values['ready-file'],
    };
  } catch {
    return undefined;
  }
}

/** The language of whoever starts us, as the server's console finds it. */
function systemLocale(): Locale {
  const { LC_ALL, LC_MESSAGES, LANG } = process.env;
  return findLocale(LC_ALL ?? LC_MESSAGES ?? LANG ?? 'en') ?? 'en';
}

function describeUsage({ t }: Translator): string {
  const width = Math.max(...optionTable.map(({ option }) => option.length)) + 2;
  const rows = optionTable.map(({ option, text }) => `  ${option.padEnd(width)}${t(text)}`);
  return `${[t('demo.usage'), ...rows].join('\n')}\n`;
}

/** Whoever started us is gone, or says that we end. */
async function waitForEnd(): Promise<void> {
  const parent = process.ppid;
  await new Promise<void>((resolve) => {
    // A terminal and a launcher both pass a signal on: the second one must not end us before the home is removed.
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => resolve());
    const timer = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(timer);
      resolve();
    }, 1_000);
  });
}

function writeReadyFile(path: string, demo: RunningDemo): void {
  const { url, home, password, people, invited } = demo;
  // Whoever waits for the file never sees half of it.
  writeFileSync(`${path}.part`, `${JSON.stringify({ url, home, password, people, invited }, null, 2)}\n`, {
    mode: 0o600,
  });
  renameSync(`${path}.part`, path);
}

function describeDemo(demo: RunningDemo, { t }: Translator): string {
  const people = demo.people.map(
    ({ name, role, link }) => `  ${t('demo.person', { name, role: t(`role.${role}`) })}\n    ${link}`,
  );
  const invited = demo.invited.map(({ name, code }) => `  ${t('demo.invited', { name })}\n    ${code}`);
  return [
    '',
    t('demo.ready', { url: demo.url }),
    '',
    t('demo.sign-in', { password: demo.password }),
    '',
    ...people,
    ...invited,
    '',
    t('demo.lives-in', { path: demo.home }),
    '',
    '',
  ].join('\n');
}

/**
 * Builds the web app while the story is told, where it is missing or old and the tools for it are installed. If that fails the
 * firm is there all the same, with the app of the last time or none, and it is said why.
 */
async function prepareWeb(
  signal: AbortSignal,
  say: ((text: string) => void) | undefined,
  { t }: Translator,
): Promise<void> {
  if (!canBuildWeb()) return;
  try {
    const { wasFresh, seconds } = await buildWeb({ signal });
    if (!wasFresh) say?.(t('demo.web-built', { seconds: seconds.toFixed(0) }));
  } catch (cause) {
    if (!signal.aborted) process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
  }
}

/** Runs it. Answers the exit code: 0 ended, 2 wrong arguments. `onLive` is called when nothing of it has to be started any more. */
export async function runDemo(line: readonly string[], onLive: () => void): Promise<number> {
  const args = readArguments(line);
  if (args === undefined) {
    process.stderr.write(describeUsage(createTranslator(systemLocale())));
    return 2;
  }
  const translator = createTranslator(args.locale);
  const { t } = translator;
  const startedMs = performance.now();
  const onStep = (step: DemoStep, done: number): void => {
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(0).padStart(3);
    const said = step.text === 'demo.step.documents' ? t(step.text, { days: step.days }) : t(step.text);
    process.stdout.write(`${seconds} s  ${String(Math.round(done * 100)).padStart(3)} %  ${said}\n`);
  };
  const ended = waitForEnd();
  const abort = new AbortController();
  void ended.then(() => abort.abort());
  const building = args.hasWeb
    ? prepareWeb(
        abort.signal,
        args.isQuiet ? undefined : (text) => process.stdout.write(`${text}\n`),
        translator,
      )
    : Promise.resolve();
  try {
    // A wrong command line is answered without it; what is compiled by now, workers and wardens take over.
    const { startDemo } = await import('./start-demo.ts');
    flushCompileCache();
    const demo = await startDemo({
      ...args.options,
      signal: abort.signal,
      beforeLive: async () => await building,
      ...(args.isQuiet ? {} : { onStep }),
    });
    onLive();
    if (args.readyFile !== undefined) writeReadyFile(args.readyFile, demo);
    process.stdout.write(describeDemo(demo, translator));
    await ended;
    await demo.stop();
    return 0;
  } catch (cause) {
    // What was under way when it was told to end fails, in whatever way.
    if (abort.signal.aborted) return 0;
    if (!(cause instanceof InputError)) throw cause;
    process.stderr.write(`npm run demo: ${t('demo.home-refused')}\n`);
    return 2;
  }
}
