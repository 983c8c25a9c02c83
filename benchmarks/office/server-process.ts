/** The real server, started as `npm start` does, with its warden: processes of their own on a scratch home. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { makeEnvironment, readCpuMs, setResting } from './measured-process.ts';

export interface ServerProcess {
  readonly url: string;
  readonly home: string;
  readonly firstRunCode: string;
  /** From the start of the process to its first line. */
  readonly startMs: number;
  /** Resident memory in bytes, of the server and of its warden. */
  readonly readMemory: () => { readonly server: number; readonly warden: number };
  /** Processor time used so far in milliseconds, likewise. */
  readonly readCpu: () => { readonly server: number; readonly warden: number };
  /** Lets time pass for server and warden; only where it was started with `isTimeMoved`. */
  readonly advance: (ms: number) => Promise<void>;
  /** Server and warden stand still, or go on. */
  readonly setResting: (isResting: boolean) => void;
  readonly stop: () => Promise<void>;
}

const main = fileURLToPath(new URL('../../apps/server/src/main.ts', import.meta.url));

/**
 * Starts a server on a free port. With STRONGROOM_BENCH_PROFILE=FOLDER server and warden leave processor profiles there.
 * `configure` writes what belongs into the empty home before that.
 */
export async function startServerProcess({
  isTimeMoved = false,
  configure = (): void => undefined,
}: {
  readonly isTimeMoved?: boolean;
  readonly configure?: (home: string) => void;
} = {}): Promise<ServerProcess> {
  const home = mkdtempSync(join(tmpdir(), 'strongroom-bench-home-'));
  configure(home);
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      main,
      '--home',
      home,
      '--port',
      '0',
      '--json',
      ...(isTimeMoved ? ['--test-control', join(home, 'control')] : []),
    ],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...makeEnvironment(), ...(isTimeMoved ? { STRONGROOM_UNSAFE_TEST: '1' } : {}) },
    },
  );
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (text) => {
      // With moved time, the first line says that this is unsafe.
      if (!text.includes('"unsafe-test"')) resolve(text);
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  const event = JSON.parse(line) as { readonly url?: string; readonly firstRunCode?: string };
  const startMs = performance.now() - startedAt;
  if (event.url === undefined) throw new Error(line);
  const pid = child.pid ?? 0;
  return {
    url: event.url,
    home,
    firstRunCode: event.firstRunCode ?? '',
    startMs,
    readMemory: () => ({
      server: readResidentBytes(pid),
      warden: Math.max(...listChildren(pid).map(readResidentBytes)),
    }),
    readCpu: () => ({ server: readCpuMs(pid), warden: Math.max(...listChildren(pid).map(readCpuMs)) }),
    async advance(ms) {
      for (const socket of ['control', 'control.warden'])
        await sendControl(join(home, socket), { op: 'clock.advance', ms });
    },
    setResting: (isResting) => setResting([pid, ...listChildren(pid)], isResting),
    async stop() {
      child.kill('SIGTERM');
      await exited;
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function sendControl(path: string, command: object): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const connection = connect(path, () => connection.write(`${JSON.stringify(command)}\n`));
    connection.once('data', () => {
      connection.end();
      resolve();
    });
    connection.once('error', reject);
  });
}

/** The kernel's figure; NaN where there is no /proc. */
function readResidentBytes(pid: number): number {
  try {
    const kib = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kib ?? Number.NaN) * 1024;
  } catch {
    // Not Linux, or the process has ended: the table shows that the figure is missing.
    return Number.NaN;
  }
}

function listChildren(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  } catch {
    // As above.
    return [];
  }
}
