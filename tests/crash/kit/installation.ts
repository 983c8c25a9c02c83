/**
 * One home with a server of its own process and the warden that it starts. Either may be killed at any moment; the installation
 * is started again on the same home, with its clocks where they were.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { connectWarden } from '@strongroom/warden';
import type { WardenClient } from '@strongroom/warden';
import { askControl, commandControl } from './control-socket.ts';
import type { ControlAnswer } from './control-socket.ts';
import { Standby } from './standby.ts';

/** Which process is meant. */
export type Role = 'server' | 'warden';

/** Which process is killed. */
export type Victim = Role | 'standby';

/** A second warden, and whether the first goes on while that is gone. */
export type StandbyWish = { readonly continueAlone: boolean };

const main = fileURLToPath(new URL('../../../apps/server/src/main.ts', import.meta.url));
/** Whether this test file has ended a server in an orderly way. */
let isWarm = false;

const readyMsMax = 90_000;
const pollMs = 15;

/** The listening server process. */
interface ServerProcess {
  readonly child: ChildProcess;
  readonly exited: Promise<string>;
}

/** Compiled modules, so that a restart costs a third. Node takes them by the content of the source, and writes them at an orderly end only. */
const compileCache = fileURLToPath(new URL('../../../node_modules/.cache/strongroom-crash', import.meta.url));

/** Pauses the test. */
export async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

/** Tries again until it is done. @throws what the last try threw, after `withinMs` */
export async function persist<T>(work: () => Promise<T>, withinMs: number = readyMsMax): Promise<T> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    try {
      return await work();
    } catch (cause) {
      if (performance.now() > endMs) throw cause;
      await pause(pollMs);
    }
  }
}

/** A server and its warden. */
export class Installation {
  readonly home: string;
  /** Everything the server's process wrote. */
  readonly output: string[] = [];
  /** How far the clocks of both processes were moved. */
  offsetMs = 0;
  url = '';
  firstRunCode: string | undefined;
  /** The second warden, where there is one. */
  readonly standby: Standby | undefined;
  #process: ServerProcess | undefined;
  readonly #isOurs: boolean;
  readonly #env: Readonly<Record<string, string>>;

  private constructor(
    home: string,
    options: {
      readonly isOurs: boolean;
      readonly env: Readonly<Record<string, string>>;
      readonly hasStandby: boolean;
    },
  ) {
    this.home = home;
    this.standby = options.hasStandby ? new Standby(home) : undefined;
    this.#isOurs = options.isOurs;
    this.#env = options.env;
  }

  /** Starts on a new home, or on the given folder, which is then left where it is. */
  static async start(
    options: {
      readonly home?: string;
      readonly env?: Readonly<Record<string, string>>;
      readonly standby?: StandbyWish | undefined;
    } = {},
  ): Promise<Installation> {
    const home = options.home ?? (await mkdtemp(join(tmpdir(), 'sr-crash-')));
    const installation = new Installation(home, {
      isOurs: options.home === undefined,
      env: options.env ?? {},
      hasStandby: options.standby !== undefined,
    });
    if (options.standby !== undefined) await installation.#nameStandby(options.standby);
    await installation.startServer();
    if (!isWarm) {
      isWarm = true;
      await installation.stop();
      await installation.startServer();
    }
    return installation;
  }

  /** The first warden's settings name the second from its first start on. */
  async #nameStandby({ continueAlone }: StandbyWish): Promise<void> {
    await this.standby?.start();
    const folder = join(this.home, 'warden');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const settings = { standby: { socket: this.standby?.socketPath }, continueAlone };
    await writeFile(join(folder, 'settings.json'), JSON.stringify(settings), { mode: 0o600 });
  }

  /** Starts the server. Its clock and the warden's are where they were before it ended. */
  async startServer(): Promise<void> {
    const args = ['--home', this.home, '--port', '0', '--json', '--test-control', join(this.home, 'control')];
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, STRONGROOM_UNSAFE_TEST: '1', NODE_COMPILE_CACHE: compileCache, ...this.#env },
    });
    const exited = new Promise<string>((resolve) => {
      child.once('exit', (code, signal) => resolve(signal ?? String(code)));
    });
    createInterface({ input: child.stderr }).on('line', (line) => this.output.push(line));
    const listening = new Promise<{ url: string; firstRunCode?: string }>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        this.output.push(line);
        const event = JSON.parse(line) as { event: string; url: string; firstRunCode?: string };
        if (event.event === 'listening') resolve(event);
        if (event.event === 'refused') reject(new Error(`the server refused to start: ${line}`));
      });
      void exited.then((how) =>
        reject(new Error(`the server ended (${how}): ${this.output.slice(-5).join('\n')}`)),
      );
    });
    this.#process = { child, exited };
    try {
      const { url, firstRunCode } = await listening;
      this.url = url;
      this.firstRunCode = firstRunCode;
    } catch (cause) {
      // Until it is gone it would be taken for a server that runs.
      child.kill('SIGKILL');
      await exited;
      throw cause;
    }
    await this.#setClock('server');
    await this.#setClock('warden');
  }

  /** Whether the server's process is there. */
  get isServerAlive(): boolean {
    const child = this.#process?.child;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** The process id of one of the two. */
  async findPid(role: Role): Promise<number> {
    const { pid } = await this.control(role, { op: 'ping' });
    if (typeof pid !== 'number') throw new Error(`${role} does not say its process id`);
    return pid;
  }

  /** Kills a process as the kernel does. Nothing if it is gone already. */
  async kill(role: Victim): Promise<void> {
    if (role === 'standby') {
      await this.standby?.kill();
      return;
    }
    if (role === 'server') {
      this.#process?.child.kill('SIGKILL');
      await this.#process?.exited;
      return;
    }
    const pid = await this.findPid('warden').catch(() => undefined);
    if (pid !== undefined) signal(pid, 'SIGKILL');
  }

  /** Whatever is gone is started again; all answer when this ends. The warden is started by the server. */
  async recover(): Promise<void> {
    await this.standby?.start();
    await persist(async () => {
      if (!this.isServerAlive) await this.startServer();
      await this.#setClock('server');
    });
    await this.waitForWarden();
  }

  /** Waits until a warden answers, with its standby where it has one, and puts its clock where it was. */
  async waitForWarden(): Promise<void> {
    await persist(async () => {
      await this.#setClock('warden');
      const health = await fetch(`${this.url}/v1/health`);
      const { isWardenReachable } = (await health.json()) as { isWardenReachable: boolean };
      if (!isWardenReachable) throw new Error('the warden is not reachable');
      if (this.standby === undefined) return;
      const warden = this.connectWarden();
      try {
        const { standby } = await warden.getStatus();
        if (standby !== 'current') throw new Error(`the standby is ${standby}`);
      } finally {
        await warden.close();
      }
      // One that ended since, because its standby was not there yet, has begun anew.
      await this.#setClock('warden');
    });
  }

  /** Waits until nothing is left to be read in after a restore. */
  async waitUntilReady(): Promise<void> {
    await persist(async () => {
      const health = await fetch(`${this.url}/v1/health`);
      const answer = (await health.json()) as { isReady: boolean };
      if (!answer.isReady) throw new Error(`the server is not ready: ${JSON.stringify(answer)}`);
    });
  }

  /** The warden of a killed server ends by itself, and may write until then. */
  async waitForWardenEnd(): Promise<void> {
    await persist(async () => {
      const isThere = await this.findPid('warden').then(
        () => true,
        () => false,
      );
      if (isThere) throw new Error('the warden is still there');
    });
  }

  /** Starts the server and kills it, or its warden, a moment later: in the middle of the start, or soon after it. */
  async startAndKill(victim: Role, killMs: number): Promise<void> {
    await this.kill('server');
    const starting = this.startServer().catch(() => undefined); // ended in the middle
    await pause(killMs);
    await this.kill(victim);
    await starting;
  }

  /** Speaks to the first warden, past the server. */
  connectWarden(): WardenClient {
    return connectWarden(join(this.home, 'warden', 'warden.sock'));
  }

  /** Ends the server in an orderly way. */
  async stop(): Promise<string> {
    this.#process?.child.kill('SIGTERM');
    return (await this.#process?.exited) ?? 'not started';
  }

  /** Ends the server and removes the home. */
  async remove(): Promise<void> {
    if (this.isServerAlive) {
      await this.kill('server');
      await this.waitForWardenEnd();
    }
    await this.standby?.kill();
    // Whoever looks for a fault wants to see what was left.
    if (process.env['STRONGROOM_KEEP'] === '1') console.log(`crash: kept ${this.home}`);
    else if (this.#isOurs)
      await rm(this.home, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }

  /** Time passes for server and warden. */
  async advance(ms: number): Promise<void> {
    this.offsetMs += ms;
    await this.#setClock('server');
    await this.#setClock('warden');
  }

  /** Somebody moves the wall clock of both; their next start does not know of it. */
  async step(ms: number): Promise<void> {
    await this.command('server', { op: 'clock.step', ms });
    await this.command('warden', { op: 'clock.step', ms });
  }

  /** Arms a fault. */
  async arm(
    point: string,
    action: 'kill' | 'fail' | 'delay',
    options: { readonly after?: number; readonly ms?: number } = {},
  ): Promise<void> {
    if (point.startsWith('warden.standby.')) {
      await this.standby?.arm(point, options.after ?? 0);
      return;
    }
    await this.command(roleOf(point), { op: 'fault.arm', point, action, ...options });
  }

  /** Disarms all, where they are there. */
  async disarm(): Promise<void> {
    for (const role of ['server', 'warden'] as const)
      await this.control(role, { op: 'fault.disarm' }).catch(() => undefined);
    await this.standby?.disarm();
  }

  /** How often each point of one process was passed since it started. */
  async counts(role: Role): Promise<Readonly<Record<string, number>>> {
    return (await this.command(role, { op: 'counters' }))['counters'] as Readonly<Record<string, number>>;
  }

  /** A command that must be taken. */
  async command(role: Role, command: ControlAnswer): Promise<ControlAnswer> {
    return await commandControl(this.#controlPath(role), command);
  }

  /** One line to a control socket. */
  async control(role: Role, command: ControlAnswer): Promise<ControlAnswer> {
    return await askControl(this.#controlPath(role), command);
  }

  #controlPath(role: Role): string {
    return join(this.home, role === 'server' ? 'control' : 'control.warden');
  }

  /** Moves a clock to the offset, wherever it is: a process that has just started is at none. */
  async #setClock(role: Role): Promise<void> {
    const { nowMs } = await this.command(role, { op: 'clock.advance', ms: 0 });
    const missingMs = Date.now() + this.offsetMs - (nowMs as number);
    if (Math.abs(missingMs) > 60_000) await this.command(role, { op: 'clock.advance', ms: missingMs });
  }
}

/** The process that a fault point belongs to. */
export function roleOf(point: string): Role {
  return point.startsWith('server.') ? 'server' : 'warden';
}

/** Sends a signal; a process that is gone is no error. */
export function signal(pid: number, name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, name);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ESRCH') throw cause;
  }
}
