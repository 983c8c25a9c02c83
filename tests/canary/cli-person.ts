/** A person at the command line: the real program on a home of its own, with secrets handed in through descriptors. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from '@strongroom/cli';
import type { CliContext } from '@strongroom/cli';

/** What a command gave. */
export interface Ran {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** One person. */
export class CliPerson {
  readonly home: string;
  readonly desk: string;
  readonly temporary: string;
  readonly password: string;
  readonly #nowMs: () => number;
  readonly #secrets: string;

  constructor(folder: string, options: { readonly password: string; readonly nowMs: () => number }) {
    this.home = join(folder, 'home');
    this.desk = join(folder, 'desk');
    this.temporary = join(folder, 'temporary');
    this.#secrets = join(folder, 'secrets');
    for (const each of [this.home, this.desk, this.temporary, this.#secrets])
      mkdirSync(each, { recursive: true, mode: 0o700 });
    this.password = options.password;
    this.#nowMs = options.nowMs;
  }

  /** Runs a command that must end well; gives its JSON. */
  async run<T = unknown>(args: readonly string[], secret?: string): Promise<T> {
    const { exitCode, out, err } = await this.try([...args, '--json'], secret);
    if (exitCode !== 0) throw new Error(`strongroom ${args.join(' ')} ended with ${exitCode}: ${out}${err}`);
    return JSON.parse(out) as T;
  }

  /** Runs a command. `secret` is what its --code-fd reads. */
  async try(args: readonly string[], secret?: string): Promise<Ran> {
    const out: Uint8Array[] = [];
    const err: string[] = [];
    const context: CliContext = {
      env: { STRONGROOM_CLIENT_HOME: this.home, XDG_RUNTIME_DIR: this.temporary, LANG: 'C' },
      cwd: this.desk,
      stdout: {
        write: (text: string | Uint8Array, done?: () => void) => {
          out.push(Buffer.from(text as string));
          done?.();
        },
      },
      stderr: { write: (text) => err.push(String(text)) },
      isInteractive: false,
      clock: {
        nowMs: this.#nowMs,
        sleep: async (ms) => await new Promise((resolve) => setTimeout(resolve, ms)),
      },
      randomBytes: (length) => new Uint8Array(randomBytes(length)),
      userHome: this.home,
      temporaryFolder: this.temporary,
      userId: process.getuid?.(),
      interrupted: new AbortController().signal,
      startTimer: (ms, action) => {
        const timer = setTimeout(action, ms);
        return () => clearTimeout(timer);
      },
    };
    const secrets = ['--password-fd', String(this.#describe('password', this.password))];
    if (secret !== undefined) secrets.push('--code-fd', String(this.#describe('code', secret)));
    const exitCode = await runCli([...args, '--no-agent', ...secrets], context);
    return { exitCode, out: Buffer.concat(out).toString('utf8'), err: err.join('') };
  }

  /** A descriptor that gives one line; the command closes it. */
  #describe(name: string, line: string): number {
    const path = join(this.#secrets, name);
    writeFileSync(path, `${line}\n`, { mode: 0o600 });
    return openSync(path, 'r');
  }
}
