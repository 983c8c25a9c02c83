/** The small demo firm as a child process of its own: the real server, warden and built app. One for each worker of the test runner. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const readyAfterMsMax = 400_000;

/** A person of the firm. */
export interface DemoPerson {
  readonly name: string;
  readonly role: string;
  readonly person: string;
  readonly link: string;
}

/** What the demo says when it is ready. */
export interface DemoFirm {
  readonly url: string;
  readonly home: string;
  readonly password: string;
  readonly people: readonly DemoPerson[];
  readonly invited: readonly { readonly name: string; readonly code: string }[];
  /** The person of a name. @throws Error if there is none */
  find(name: string): DemoPerson;
  stop(): Promise<void>;
}

/** A demo that runs already, while specs are written: the file that its `--ready-file` wrote. */
const runningDemo = process.env['STRONGROOM_DEMO_READY'];

/** Starts a demo and waits until it is ready. */
export async function startDemoFirm(args: readonly string[] = ['--small']): Promise<DemoFirm> {
  if (runningDemo !== undefined) return useDemoFirm(runningDemo);
  const folder = await mkdtemp(join(tmpdir(), 'strongroom-e2e-'));
  const readyFile = join(folder, 'ready.json');
  let said = '';
  const child = spawn(
    process.execPath,
    ['tools/run.mjs', 'tools/demo/main.ts', '--port', '0', '--ready-file', readyFile, ...args],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const startedMs = performance.now();
  while (!existsSync(readyFile)) {
    if (child.exitCode !== null || performance.now() - startedMs > readyAfterMsMax) {
      child.kill('SIGTERM');
      throw new Error(`the demo did not start:\n${said}`);
    }
    await new Promise((settle) => setTimeout(settle, 100));
  }
  return describe(readyFile, async () => {
    await endProcess(child);
    await rm(folder, { recursive: true, force: true });
  });
}

/** A demo that somebody else started and stops. */
export function useDemoFirm(readyFile: string): DemoFirm {
  return describe(readyFile, async () => undefined);
}

function describe(readyFile: string, stop: () => Promise<void>): DemoFirm {
  const ready = JSON.parse(readFileSync(readyFile, 'utf8')) as Omit<DemoFirm, 'find' | 'stop'>;
  return {
    ...ready,
    find(name) {
      const person = ready.people.find((one) => one.name === name);
      if (person === undefined) throw new Error(`nobody in the demo is called ${name}`);
      return person;
    },
    stop,
  };
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const closed = new Promise((settle) => child.once('close', settle));
  child.kill('SIGTERM');
  await closed;
}
