/** A server of its own on an empty home, as a child process: for first runs, and for specs that end a server and start it again. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildWeb } from '../../tools/build-web.ts';

const root = resolve(import.meta.dirname, '../..');
const readyAfterMsMax = 60_000;

/** What the server says when it listens. */
interface Listening {
  readonly url: string;
  readonly firstRunCode?: string;
}

/** A server with a home that is removed with it. */
export class OwnServer {
  readonly home: string;
  readonly url: string;
  readonly firstRunCode: string;
  readonly #port: number;
  #child: ChildProcess | undefined;

  private constructor(home: string, port: number, child: ChildProcess, listening: Listening) {
    this.home = home;
    this.#port = port;
    this.#child = child;
    this.url = listening.url;
    this.firstRunCode = listening.firstRunCode ?? '';
  }

  /** It serves the app as it stands in the sources; a demo that runs already, while specs are written, has had it built. */
  static async start(): Promise<OwnServer> {
    if (process.env['STRONGROOM_DEMO_READY'] === undefined) await buildWeb();
    const home = await mkdtemp(join(tmpdir(), 'strongroom-e2e-own-'));
    const port = await findFreePort();
    const [child, listening] = await launch(home, port);
    return new OwnServer(home, port, child, listening);
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

  /** The same home on the same port again. */
  async startAgain(): Promise<void> {
    [this.#child] = await launch(this.home, this.#port);
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

async function launch(home: string, port: number): Promise<[ChildProcess, Listening]> {
  const child = spawn(
    process.execPath,
    ['tools/run.mjs', 'apps/server/src/main.ts', '--home', home, '--port', String(port), '--json'],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
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

async function findFreePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((settle) => probe.listen(0, '127.0.0.1', settle));
  const { port } = probe.address() as AddressInfo;
  await new Promise((settle) => probe.close(settle));
  return port;
}
