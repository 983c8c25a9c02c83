/** `npm run demo`: a firm with a past in a temporary home, until it is told to end. Exit codes: 0 ended, 1 could not start, 2 wrong arguments. */
import { renameSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { InputError } from '@strongroom/core';
import { buildWeb, canBuildWeb } from '../build-web.ts';
import { startDemo } from './start-demo.ts';
import type { DemoOptions, RunningDemo } from './start-demo.ts';

const usage = `Usage: npm run demo -- [--home DIR] [--port N] [--small] [--seed N] [--without-web] [--quiet] [--ready-file PATH]
  --home DIR         a new or empty folder below the temporary directory; removed at the end
  --port N           default 8485; 0 lets the system choose
  --small            20 clients and 40 documents instead of 200 and 500
  --seed N           other names, documents and minutes
  --without-web      does not build the web app; an app that was built is served
  --quiet            no progress
  --ready-file PATH  writes address, people, links and password as JSON when all is ready
`;
const portDefault = 8485;

type Arguments = {
  readonly options: DemoOptions;
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
      },
    });
    const isNumber = /^\d{1,9}$/;
    if (!isNumber.test(values.port) || Number(values.port) > 65_535 || !isNumber.test(values.seed))
      return undefined;
    return {
      options: {
        ...(values.home === undefined ? {} : { home: values.home }),
        port: Number(values.port),
        seed: Number(values.seed),
        isSmall: values.small,
      },
      isQuiet: values.quiet,
      hasWeb: !values['without-web'],
      readyFile: values['ready-file'],
    };
  } catch {
    return undefined;
  }
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

function describeDemo(demo: RunningDemo): string {
  const people = demo.people.map(({ name, role, link }) => `  ${name}, ${role}\n    ${link}`);
  const invited = demo.invited.map(({ name, code }) => `  ${name}, invited\n    ${code}`);
  return [
    `\nA demo firm is ready at ${demo.url}`,
    `\nSign in with a link and the password: ${demo.password}\n`,
    ...people,
    ...invited,
    `\nIt lives in ${demo.home} and is gone when you stop it (Ctrl C).\n`,
  ].join('\n');
}

/**
 * Builds the web app while the story is told, where it is missing or old and the tools for it are installed. If that fails the
 * firm is there all the same, with the app of the last time or none, and it is said why.
 */
async function prepareWeb(signal: AbortSignal, isQuiet: boolean): Promise<void> {
  if (!canBuildWeb()) return;
  try {
    const { wasFresh, seconds } = await buildWeb({ signal });
    if (!wasFresh && !isQuiet) process.stdout.write(`The web app was built in ${seconds.toFixed(0)} s.\n`);
  } catch (cause) {
    if (!signal.aborted) process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
  }
}

async function main(): Promise<number> {
  const args = readArguments(process.argv.slice(2));
  if (args === undefined) {
    process.stderr.write(usage);
    return 2;
  }
  const startedMs = performance.now();
  const onStep = (step: string, done: number): void => {
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(0).padStart(3);
    process.stdout.write(`${seconds} s  ${String(Math.round(done * 100)).padStart(3)} %  ${step}\n`);
  };
  const ended = waitForEnd();
  const abort = new AbortController();
  void ended.then(() => abort.abort());
  const building = args.hasWeb ? prepareWeb(abort.signal, args.isQuiet) : Promise.resolve();
  try {
    const demo = await startDemo({
      ...args.options,
      signal: abort.signal,
      beforeLive: async () => await building,
      ...(args.isQuiet ? {} : { onStep }),
    });
    if (args.readyFile !== undefined) writeReadyFile(args.readyFile, demo);
    process.stdout.write(describeDemo(demo));
    await ended;
    await demo.stop();
    return 0;
  } catch (cause) {
    // What was under way when it was told to end fails, in whatever way.
    if (abort.signal.aborted) return 0;
    if (!(cause instanceof InputError)) throw cause;
    process.stderr.write(
      `npm run demo: the home must be a new or empty folder below the temporary directory.\n`,
    );
    return 2;
  }
}

process.exitCode = await main();
process.exit();
