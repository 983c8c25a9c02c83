/** Starts the warden as a child process with the runtime that runs us, and waits until it listens. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { DependencyError, InputError, createError, isErrorCode } from '@strongroom/core';

/** The program of the warden's process, for whoever starts it otherwise: a service of the system. */
export const wardenProgram: string = fileURLToPath(new URL('../main.ts', import.meta.url));

/** Longest path of a Unix socket that every platform takes, in bytes. */
const socketPathBytesMax = 100;

export type StartWardenOptions = {
  /** The warden's own directory; made if it is not there. */
  readonly home: string;
  /** Default: `warden.sock` in the home. */
  readonly socketPath?: string;
  /** Path of the test control socket; needs STRONGROOM_UNSAFE_TEST=1 in the environment. */
  readonly testControl?: string;
  /** Gets each line of the warden's log (JSON). */
  readonly onLog?: (line: string) => void;
};

/** A running child. */
export interface WardenProcess {
  readonly socketPath: string;
  readonly pid: number;
  /** Resolves with the exit code, or the signal's name. */
  readonly exited: Promise<number | string>;
  /** Asks it to end (SIGTERM) and waits. */
  stop(): Promise<void>;
}

/**
 * Starts a warden and waits for its socket.
 * @throws DependencyError WARDEN_UNREACHABLE if it ends before, with the code it gave as detail, STATE_KEY_PART_MISSING; IntegrityError STATE_KEY_PART_OTHER; InputError INPUT_INVALID for a socket path that is too long
 */
export async function startWarden(options: StartWardenOptions): Promise<WardenProcess> {
  const socketPath = options.socketPath ?? join(options.home, 'warden.sock');
  for (const path of [socketPath, options.testControl ?? ''])
    if (Buffer.byteLength(path) > socketPathBytesMax)
      throw new InputError('INPUT_INVALID', { name: 'socketPath', lengthMax: socketPathBytesMax });
  const args = [
    '--disable-warning=ExperimentalWarning',
    wardenProgram,
    '--home',
    options.home,
    '--socket',
    socketPath,
  ];
  if (options.testControl !== undefined) args.push('--test-control', options.testControl);
  // A starter that is killed takes its child along: the pipe to stdin closes.
  args.push('--end-with-stdin');
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = new Promise<number | string>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'));
    child.once('error', () => resolve('spawn'));
  });
  let refusal = '';
  const listening = new Promise<true>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { event, code } = readLogLine(line);
      if (event === 'warden.listening') resolve(true);
      if (event === 'warden.refused-to-start') refusal = code;
      options.onLog?.(line);
    });
  });
  const first = await Promise.race([listening, exited]);
  if (first !== true) {
    // What the person who started it can put right himself.
    if (isPartRefusal(refusal)) throw createError(refusal);
    throw new DependencyError('WARDEN_UNREACHABLE', {
      exit: first,
      ...(isErrorCode(refusal) ? { reason: refusal } : {}),
    });
  }
  return {
    socketPath,
    pid: child.pid ?? 0,
    exited,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Whether a part of the state key was not there, or another. */
function isPartRefusal(code: string): code is 'STATE_KEY_PART_MISSING' | 'STATE_KEY_PART_OTHER' {
  return code === 'STATE_KEY_PART_MISSING' || code === 'STATE_KEY_PART_OTHER';
}

function readLogLine(line: string): { readonly event: string; readonly code: string } {
  try {
    const { event, code } = JSON.parse(line) as { event?: unknown; code?: unknown };
    return { event: typeof event === 'string' ? event : '', code: typeof code === 'string' ? code : '' };
  } catch {
    // A line that is not the logger's says nothing about the warden's state.
    return { event: '', code: '' };
  }
}
