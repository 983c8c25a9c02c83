// A tree with the real launcher and a small program in place of the command line.

import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';

/** Absolute path of the checkout. */
export const REPOSITORY: string = resolve(import.meta.dirname, '../..');

/** Folder of the runtime that the tests themselves run on, node_modules/PACKAGE/bin. */
export const RUNTIME_FOLDER: string = dirname(process.execPath);

/** Name of the platform package that the runtime came in. */
export const RUNTIME_PACKAGE: string = RUNTIME_FOLDER.split(/[\\/]/).at(-2) ?? '';

const REPORT = `import { execFileSync } from 'node:child_process';
const child: string = execFileSync('node', ['-p', 'process.version'], { encoding: 'utf8' }).trim();
console.log(JSON.stringify({ version: process.version, child, args: process.argv.slice(2), folder: process.cwd() }));
`;

/** Says its process id, then waits for a signal, says which and ends with 3. */
const WAIT = `import { once } from 'node:events';
const keepAlive = setInterval(() => undefined, 1000);
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((name) => once(process, name).then(() => name));
console.log('ready');
console.log(await Promise.race(signals));
clearInterval(keepAlive);
process.exit(3);
`;

export interface LauncherTree {
  readonly root: string;
  put(path: string, text: string, mode?: number): void;
  remove(): void;
}

/** Makes the tree in a new temporary directory, with the runtime linked in unless it is to be missing. */
export function createLauncherTree(runtime: 'linked' | 'missing'): LauncherTree {
  const root = mkdtempSync(join(tmpdir(), 'strongroom-launcher-'));
  const put = (path: string, text: string, mode = 0o644): void => {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode });
  };
  for (const path of ['tools/launch.mjs', 'tools/run.mjs', 'bin/strongroom.mjs']) {
    cpSync(join(REPOSITORY, path), join(root, path));
  }
  put('package.json', '{ "type": "module" }\n');
  put('apps/cli/src/main.ts', REPORT);
  put('wait.ts', WAIT);
  put('exit.ts', 'process.exit(Number(process.argv[2]));\n');
  put('die.ts', `process.kill(process.pid, 'SIGKILL');\nsetInterval(() => undefined, 1000);\n`);
  if (runtime === 'linked') {
    mkdirSync(join(root, 'node_modules'));
    symlinkSync(dirname(RUNTIME_FOLDER), join(root, 'node_modules', RUNTIME_PACKAGE), 'junction');
  }
  return { root, put, remove: () => rmSync(root, { recursive: true, force: true }) };
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** How this machine reaches a registry; the rest of what npm puts into the environment belongs to the outer npm. */
const NETWORK_SETTING = /^npm_config_(registry|cache|userconfig|cafile|(https_?)?proxy)$/i;

/** The environment of a machine that has only its own Node. */
export function machineEnvironment(): NodeJS.ProcessEnv {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const own = folders.filter((folder) => !folder.includes('node_modules'));
  const kept = Object.entries(process.env).filter(
    ([name]) => NETWORK_SETTING.test(name) || !/^(npm_|NODE_|VITEST)/i.test(name),
  );
  return { ...Object.fromEntries(kept), PATH: own.join(delimiter) };
}

/** Starts a program and collects what it prints. */
export function start(
  command: string,
  args: readonly string[],
  folder: string,
  environment = machineEnvironment(),
): Started {
  const child = spawn(command, args, { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ended>((done, fail) => {
    child.once('error', fail);
    child.once('close', (code, signal) => done({ code, signal, stdout, stderr }));
  });
  return { child, ended };
}
