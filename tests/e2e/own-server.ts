/** A server of its own on an empty home, as a child process: for first runs, and for specs that end a server and start it again. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildWeb } from '../../tools/build-web.ts';

const root = resolve(import.meta.dirname, '../..');
const readyAfterMsMax = 60_000;
/** Once in a process: its specs do not change the sources. */
let built: Promise<unknown> | undefined;

/** What the server says when it listens. */
interface Listening {
  readonly url: string;
  readonly firstRunCode?: string;
}

/** What a spec may ask for. */
export interface OwnServerOptions {
  /** Lets `advance` move the clocks of server and warden. */
  readonly hasControl?: boolean;
}

/** A server with a home that is removed with it. */
export class OwnServer {
  readonly home: string;
  readonly url: string;
  readonly firstRunCode: string;
  readonly #launching: Launching;
  #child: ChildProcess | undefined;
  #isWardenAway = false;
  #passedMs = 0;

  private constructor(home: string, launching: Launching, child: ChildProcess, listening: Listening) {
    this.home = home;
    this.#launching = launching;
    this.#child = child;
    this.url = listening.url;
    this.firstRunCode = listening.firstRunCode ?? '';
  }

  /** It serves the app as it stands in the sources; a demo that runs already, while specs are written, has had it built. */
  static async start({ hasControl = false }: OwnServerOptions = {}): Promise<OwnServer> {
    if (process.env['STRONGROOM_DEMO_READY'] === undefined) await (built ??= buildWeb());
    const home = await mkdtemp(join(tmpdir(), 'strongroom-e2e-own-'));
    const port = await findFreePort();
    const launching = { home, port, hasControl };
    const [child, listening] = await launch(launching);
    return new OwnServer(home, launching, child, listening);
  }

  /** Ends the process; what is in the home stays. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const closed = new Promise((settle) => child.once('close', settle));
    child.kill('SIGTERM');
    await closed;
  }

  /** Ends the process as a power cut does: it has no time for anything. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const closed = new Promise((settle) => child.once('close', settle));
    child.kill('SIGKILL');
    await closed;
  }

  /** The same home on the same port again. */
  async startAgain(): Promise<void> {
    [this.#child] = await launch(this.#launching);
  }

  /** How far its clock is ahead of this machine's. */
  get aheadMs(): number {
    return this.#passedMs;
  }

  /** Time passes for server and warden, as far as they run. @throws Error without `hasControl` */
  async advance(ms: number): Promise<void> {
    this.#passedMs += ms;
    for (const socket of this.#isWardenAway ? ['control'] : ['control', 'control.warden'])
      await tellControl(join(this.home, socket), { op: 'clock.advance', ms });
  }

  /** Ends the warden's process, and keeps the server from starting another: what it keeps cannot be read for now. */
  async endWarden(): Promise<void> {
    const folder = join(this.home, 'warden');
    await rename(folder, `${folder}.away`);
    await writeFile(folder, '');
    process.kill(await findProcess(this.home, 'apps/warden/'), 'SIGKILL');
    this.#isWardenAway = true;
  }

  /** The server starts it again by itself; then the time that has passed has passed for it too. */
  async bringWardenBack(): Promise<void> {
    const folder = join(this.home, 'warden');
    await rm(folder);
    await rename(`${folder}.away`, folder);
    this.#isWardenAway = false;
    const socket = join(this.home, 'control.warden');
    for (const untilMs = performance.now() + readyAfterMsMax; this.#passedMs > 0;) {
      try {
        await tellControl(socket, { op: 'clock.advance', ms: this.#passedMs });
        return;
      } catch (cause) {
        if (performance.now() > untilMs) throw cause;
        await new Promise((settle) => setTimeout(settle, 50));
      }
    }
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.home, { recursive: true, force: true });
  }

  /** What the server has written into its log so far. */
  async readLog(): Promise<string> {
    return await readFile(join(this.home, 'server.log'), 'utf8').catch(() => '');
  }
}

/** How it is started, each time. */
interface Launching {
  readonly home: string;
  readonly port: number;
  readonly hasControl: boolean;
}

async function launch({ home, port, hasControl }: Launching): Promise<[ChildProcess, Listening]> {
  const control = hasControl ? ['--test-control', join(home, 'control')] : [];
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      'apps/server/src/main.ts',
      '--home',
      home,
      '--port',
      String(port),
      '--json',
      ...control,
    ],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...(hasControl ? { STRONGROOM_UNSAFE_TEST: '1' } : {}) },
    },
  );
  let said = '';
  let complained = '';
  child.stderr.on('data', (chunk: Buffer) => (complained += chunk.toString()));
  const listening = await new Promise<Listening>((settle, fail) => {
    const giveUp = setTimeout(() => {
      child.kill('SIGTERM');
      fail(new Error(`the server did not start:\n${said}${complained}`));
    }, readyAfterMsMax);
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const line = said.split('\n').find((one) => one.includes('"listening"'));
      if (line === undefined) return;
      clearTimeout(giveUp);
      settle(JSON.parse(line) as Listening);
    });
    child.once('exit', (code) => {
      clearTimeout(giveUp);
      fail(new Error(`the server ended with ${String(code)}:\n${said}${complained}`));
    });
  });
  return [child, listening];
}

/** The process whose command names a home and a program. @throws Error if there is none */
async function findProcess(home: string, program: string): Promise<number> {
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/u.test(name)) continue;
    const command = await readFile(join('/proc', name, 'cmdline'), 'utf8').catch(() => '');
    if (command.includes(program) && command.includes(home)) return Number(name);
  }
  throw new Error(`no process of ${program} has ${home}`);
}

/** One command to a test control socket. */
async function tellControl(path: string, command: Readonly<Record<string, unknown>>): Promise<void> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    socket.write(`${JSON.stringify(command)}\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    const { ok } = JSON.parse(answer.toString('utf8')) as { readonly ok: boolean };
    if (!ok) throw new Error(`the test control refused: ${answer.toString('utf8').trim()}`);
  } finally {
    socket.destroy();
  }
}

async function findFreePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((settle) => probe.listen(0, '127.0.0.1', settle));
  const { port } = probe.address() as AddressInfo;
  await new Promise((settle) => probe.close(settle));
  return port;
}
