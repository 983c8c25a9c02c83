/**
 * What the command line is given by the process it runs in. This file alone asks the platform for time, randomness, streams
 * and the environment; everything else takes them from here, so that tests can run commands inside their own process.
 */
import { randomBytes } from 'node:crypto';
import { homedir, tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '@strongroom/device';

/** Where text goes. */
export interface TextSink {
  write(text: string | Uint8Array): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Surroundings of one run. */
export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  /** Whether a person can be asked: standard input and standard error are a terminal. */
  readonly isInteractive: boolean;
  readonly clock: Clock;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly userHome: string;
  readonly temporaryFolder: string;
  readonly userId: number | undefined;
  /** Aborted by Ctrl-C or a request to end. */
  readonly interrupted: AbortSignal;
  /** Runs an action after a time; gives back what cancels it. */
  readonly startTimer: (ms: number, action: () => void) => () => void;
}

/** The context of this process. */
export function createProcessContext(): CliContext {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => interruption.abort());
  }
  return {
    env: process.env,
    cwd: process.cwd(),
    stdout: process.stdout,
    stderr: process.stderr,
    isInteractive: process.stdin.isTTY && process.stderr.isTTY,
    clock: { nowMs: () => Date.now(), sleep: async (ms) => await sleep(ms) },
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
    userHome: homedir(),
    temporaryFolder: tmpdir(),
    userId: process.getuid?.(),
    interrupted: interruption.signal,
    startTimer: (ms, action) => {
      const timer = setTimeout(action, ms);
      return () => clearTimeout(timer);
    },
  };
}
