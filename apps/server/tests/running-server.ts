/** Starts real servers on scratch homes and takes them away again. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A scratch home; `remove` when done. */
export function makeHome(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'sr-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** A server as a process of its own, with test control. */
export type ServerChild = {
  readonly url: string;
  readonly firstRunCode: string | undefined;
  readonly child: ChildProcess;
  readonly exited: Promise<number | string>;
  /** Events of the log, in order. */
  readonly events: readonly string[];
  control(command: Record<string, unknown>): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
};

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

export async function startServerChild(home: string): Promise<ServerChild> {
  const socket = join(home, 'control');
  const args = [
    '--disable-warning=ExperimentalWarning',
    main,
    '--home',
    home,
    '--port',
    '0',
    '--json',
    '--test-control',
    socket,
  ];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, STRONGROOM_UNSAFE_TEST: '1' },
  });
  const exited = new Promise<number | string>((resolve) =>
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown')),
  );
  const events: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.startsWith('{')) events.push((JSON.parse(line) as { event: string }).event);
  });
  const listening = new Promise<{ url: string; firstRunCode?: string }>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line) as { event: string; url: string; firstRunCode?: string };
      if (event.event === 'listening') resolve(event);
      if (event.event === 'refused') reject(new Error(line));
    });
    void exited.then((code) => reject(new Error(`the server ended: ${code}`)));
  });
  const { url, firstRunCode } = await listening;
  return {
    url,
    firstRunCode,
    child,
    exited,
    events,
    control: (command) => sendControl(socket, command),
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

export function sendControl(
  socketPath: string,
  command: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(socketPath, () => socket.write(`${JSON.stringify(command)}\n`));
    socket.once('error', reject);
    createInterface({ input: socket }).once('line', (line) => {
      socket.destroy();
      resolve(JSON.parse(line) as Record<string, unknown>);
    });
  });
}
