/**
 * Server and warden of the demo, and its time. The story is told in the past: while it is, both run with a clock that was set back
 * and is then moved forward in leaps; devices follow it. `goLive` ends that at the true time: both are stopped and started again on
 * the same home as any installation is, on the machine's own clock, with no test control (unless a test asks for it).
 *
 * Why the test control sockets and not a clock handed to startServer: the warden is a process of its own, on purpose, and this is
 * the one documented way in which its clock can be handed in. Setting back moves the wall clock alone, before there is any ledger;
 * the warden then trusts its clock as always, when signed requests of its people agree with it, and each leap moves wall and
 * monotonic clock together, so trust stays. After the last start it has to be earned again, as after any start.
 */
import { connect } from 'node:net';
import { join } from 'node:path';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { startServer } from '@strongroom/server';
import type { RunningServer } from '@strongroom/server';
import type { MovedServerOptions, MovedServerStarted } from './moved-server.ts';
import { settle } from './settle.ts';
import type { Due } from './settle.ts';

const leapMsMin = 3_600_000;

/** The demo's server as devices see it. */
export class Installation {
  readonly #home: string;
  #url = '';
  #offsetMs = 0;
  #worker: Worker | undefined;
  #server: RunningServer | undefined;
  #hasControl = true;
  /** The code of the first run. */
  firstRunCode = '';

  private constructor(home: string) {
    this.#home = home;
  }

  /** Starts on an empty home, at a time in the past. */
  static async start(home: string, startMs: number): Promise<Installation> {
    const installation = new Installation(home);
    await installation.#startMoved();
    await installation.#move('clock.step', Math.round(startMs - Date.now()));
    return installation;
  }

  get url(): string {
    return this.#url;
  }

  nowMs(): number {
    return Date.now() + this.#offsetMs;
  }

  /** Time passes for server, warden and devices. Only while nothing is under way. */
  async advance(ms: number): Promise<void> {
    await this.#move('clock.advance', Math.round(ms));
    const due: Due = ms < leapMsMin ? 'minutes' : 'leap';
    if (this.#server !== undefined) await settle(this.#server, due);
    else await this.#askWorker(due);
  }

  /** Time passes until then; a moment that has passed is now. */
  async advanceTo(atMs: number): Promise<void> {
    const ms = atMs - this.nowMs();
    if (ms > 0) await this.advance(ms);
  }

  /** From here on, the machine's own time. */
  async goLive(options: { readonly port: number; readonly hasControl: boolean }): Promise<void> {
    await this.advanceTo(Date.now());
    await this.#stopMoved();
    this.#offsetMs = 0;
    this.#hasControl = options.hasControl;
    // Test control is asked for by a test only, whose process says STRONGROOM_UNSAFE_TEST=1 itself.
    this.#server = await startServer({
      home: this.#home,
      port: options.port,
      ...(options.hasControl ? { testControl: this.#control } : {}),
    });
    this.#url = this.#server.url;
  }

  async stop(): Promise<void> {
    await this.#stopMoved();
    await this.#server?.close();
    this.#server = undefined;
  }

  get #control(): string {
    return join(this.#home, 'control');
  }

  async #startMoved(): Promise<void> {
    const workerData: MovedServerOptions = { home: this.#home, control: this.#control };
    const worker = new Worker(new URL('moved-server.ts', import.meta.url), {
      workerData,
      env: { ...process.env, STRONGROOM_UNSAFE_TEST: '1' },
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.#worker = worker;
    const [started] = (await once(worker, 'message')) as [MovedServerStarted];
    this.#url = started.url;
    this.firstRunCode = started.firstRunCode;
  }

  async #stopMoved(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = once(worker, 'exit');
    worker.postMessage('close');
    await ended;
    this.#worker = undefined;
  }

  async #askWorker(command: Due): Promise<void> {
    if (this.#worker === undefined) throw new Error('the demo is stopped');
    const answered = once(this.#worker, 'message');
    this.#worker.postMessage(command);
    await answered;
  }

  async #move(op: 'clock.step' | 'clock.advance', ms: number): Promise<void> {
    if (!this.#hasControl) throw new Error('the demo runs in real time');
    for (const socket of [this.#control, `${this.#control}.warden`]) await tell(socket, { op, ms });
    this.#offsetMs += ms;
  }
}

/** One command to a test control socket. */
async function tell(socketPath: string, command: Readonly<Record<string, unknown>>): Promise<void> {
  const socket = connect(socketPath);
  try {
    await once(socket, 'connect');
    socket.write(`${JSON.stringify(command)}\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    const { ok } = JSON.parse(answer.toString('utf8')) as { readonly ok: boolean };
    if (!ok) throw new Error(`the clock was not moved: ${answer.toString('utf8').trim()}`);
  } finally {
    socket.destroy();
  }
}
