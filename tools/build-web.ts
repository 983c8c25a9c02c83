/**
 * Builds the web app into apps/web/dist where it is missing or not of these sources: docs/spec/server.md, 6.
 * `node tools/run.mjs tools/build-web.ts`; with `--steps` it prints its steps as JSON lines for `buildWeb`, with `--anew` it builds anyway.
 *
 * It is built aside and renamed into place, so that whoever serves or reads the folder finds a whole bundle. Two never build at once: who
 * comes second waits, and finds what the first has made.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import type { BundleList } from '@strongroom/protocol';
import { buildVerifier } from './build-verifier.ts';
import { makeBundleList, writeCompressedTwins } from './web/bundle.ts';
import { findFreshBundle, makeStamp } from './web/stamp.ts';

/** A part of the work that is over. */
export interface BuildStep {
  readonly name: 'compare' | 'bundle' | 'compress' | 'list';
  readonly seconds: number;
  /** Of `compare`: nothing has to be built. */
  readonly isFresh?: boolean;
}

/** What lies in apps/web/dist now. */
export interface BuiltWeb extends Pick<BundleList, 'number' | 'hash'> {
  /** Whether it was there already. */
  readonly wasFresh: boolean;
  readonly files: number;
  readonly sizeBytes: number;
  readonly seconds: number;
}

const root = resolve(import.meta.dirname, '..');
const webFolder = join(root, 'apps/web');
/** A build that another one is waited for takes this long at most. */
const otherBuildMsMax = 600_000;

/** Where the built app lies. */
export const webDist: string = join(webFolder, 'dist');

/** Whether the tools that build the app are installed: they are development dependencies. */
export function canBuildWeb(): boolean {
  return (
    existsSync(join(root, 'node_modules/vite/package.json')) && existsSync(join(webFolder, 'vite.config.ts'))
  );
}

/**
 * Builds in a child process of its own, whatever this process is told about its environment: a test runner's would give another bundle.
 * @throws Error with what the bundler said, where it fails
 */
export async function buildWeb(
  options: {
    readonly onStep?: (step: BuildStep) => void;
    readonly signal?: AbortSignal;
    /** Also where a bundle of these sources lies there already. */
    readonly isAnew?: boolean;
  } = {},
): Promise<BuiltWeb> {
  const { NODE_OPTIONS: _, ...environment } = process.env;
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      import.meta.filename,
      '--steps',
      ...(options.isAnew === true ? ['--anew'] : []),
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...environment, NODE_ENV: 'production' },
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    },
  );
  let built: BuiltWeb | undefined;
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!line.startsWith('{')) return;
    const message = JSON.parse(line) as { readonly step?: BuildStep; readonly built?: BuiltWeb };
    if (message.step !== undefined) options.onStep?.(message.step);
    if (message.built !== undefined) built = message.built;
  });
  const code = await new Promise<number | null>((settle, fail) =>
    child.once('error', fail).once('close', settle),
  );
  if (built === undefined) throw new Error(`the web app could not be built (${code})\n${said.trim()}`);
  return built;
}

async function build(onStep: (step: BuildStep) => void, isAnew: boolean): Promise<BuiltWeb> {
  const startedMs = performance.now();
  let stepMs = startedMs;
  const endStep = (name: BuildStep['name'], rest: Pick<BuildStep, 'isFresh'> = {}): void => {
    const nowMs = performance.now();
    onStep({ name, seconds: (nowMs - stepMs) / 1000, ...rest });
    stepMs = nowMs;
  };
  const stamp = makeStamp(root);
  const findFresh = (): BundleList | undefined => (isAnew ? undefined : findFreshBundle(webDist, stamp));
  const lock = findFresh() === undefined ? waitForTurn() : undefined;
  const fresh = findFresh();
  endStep('compare', { isFresh: fresh !== undefined });
  if (fresh !== undefined) {
    lock?.close();
    return describe(fresh, true, startedMs);
  }

  const aside = join(webFolder, 'node_modules', `.build-${process.pid}`);
  removeLeftovers();
  mkdirSync(aside, { recursive: true });
  try {
    const vite = await import('vite');
    await vite.build({
      configFile: join(webFolder, 'vite.config.ts'),
      root: webFolder,
      mode: 'production',
      logLevel: 'warn',
      build: { outDir: aside, emptyOutDir: true },
    });
    // Lies beside the app as bytes to take away; what is served is never shown as a page.
    await buildVerifier(join(aside, 'verifier.page'));
    endStep('bundle');
    await writeCompressedTwins(aside);
    endStep('compress');
    const list = makeBundleList(aside, readBundleNumber());
    writeFileSync(join(aside, '.stamp'), `${stamp}\n`);
    writeFileSync(join(aside, 'bundle.json'), `${JSON.stringify(list, null, 1)}\n`);
    moveIntoPlace(aside);
    endStep('list');
    return describe(list, false, startedMs);
  } finally {
    rmSync(aside, { recursive: true, force: true });
    lock?.close();
  }
}

/** Waits until nobody else builds. The lock ends when it is closed, or with the process. */
function waitForTurn(): DatabaseSync {
  const folder = join(webFolder, 'node_modules');
  mkdirSync(folder, { recursive: true });
  const lock = new DatabaseSync(join(folder, '.build-lock'), { timeout: otherBuildMsMax });
  lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  return lock;
}

function describe({ number, hash, files }: BundleList, wasFresh: boolean, startedMs: number): BuiltWeb {
  return {
    number,
    hash,
    wasFresh,
    files: files.length,
    sizeBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    seconds: (performance.now() - startedMs) / 1000,
  };
}

function readBundleNumber(): number {
  const text = readFileSync(join(webFolder, 'src/bundle-number.ts'), 'utf8');
  const number = Number(/export const bundleNumber(?::\s*number)? = (\d+);/u.exec(text)?.[1]);
  if (!Number.isSafeInteger(number)) throw new Error('apps/web/src/bundle-number.ts has no bundleNumber');
  return number;
}

function moveIntoPlace(aside: string): void {
  const old = `${aside}.old`;
  if (existsSync(webDist)) renameSync(webDist, old);
  renameSync(aside, webDist);
  rmSync(old, { recursive: true, force: true });
}

/** Folders of builds that were killed. */
function removeLeftovers(): void {
  const folder = join(webFolder, 'node_modules');
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const pid = Number(/^\.build-(\d+)/u.exec(name)?.[1]);
    if (pid > 0 && !isRunning(pid)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

if (import.meta.main) {
  const isForProgram = process.argv.includes('--steps');
  const say = (value: unknown, words: string): void =>
    console.log(isForProgram ? JSON.stringify(value) : words);
  try {
    const built = await build(
      (step) => say({ step }, `${step.name.padEnd(9)} ${step.seconds.toFixed(1)} s`),
      process.argv.includes('--anew'),
    );
    say({ built }, `bundle ${built.number} ${built.hash}${built.wasFresh ? ' (was there)' : ''}`);
  } catch (error) {
    console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 1;
  }
}
