/** The second warden of an installation: a process of its own in the installation's folder, killed and started again on its home. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startWarden } from '@strongroom/warden';
import type { WardenProcess } from '@strongroom/warden';
import { commandControl } from './control-socket.ts';

/** Keeps what the first warden does. */
export class Standby {
  readonly home: string;
  readonly socketPath: string;
  readonly #controlPath: string;
  #process: WardenProcess | undefined;

  /** @param folder the installation's */
  constructor(folder: string) {
    this.home = join(folder, 'second');
    this.socketPath = join(folder, 'second.sock');
    this.#controlPath = join(folder, 'second.control');
  }

  /** Starts it, unless it runs. A new home becomes a standby's. */
  async start(): Promise<void> {
    if (await this.#isThere()) return;
    process.env['STRONGROOM_UNSAFE_TEST'] = '1';
    await mkdir(this.home, { recursive: true, mode: 0o700 });
    await writeFile(join(this.home, 'settings.json'), JSON.stringify({ role: 'standby' }), { mode: 0o600 });
    const started = await startWarden({
      home: this.home,
      socketPath: this.socketPath,
      testControl: this.#controlPath,
    });
    this.#process = started;
    void started.exited.then(() => {
      if (this.#process === started) this.#process = undefined;
    });
  }

  /** Whether it answers. One that a fault has just killed is waited for until the system says so. */
  async #isThere(): Promise<boolean> {
    const running = this.#process;
    if (running === undefined) return false;
    const answers = await commandControl(this.#controlPath, { op: 'ping' }).then(
      () => true,
      () => false,
    );
    if (answers) return true;
    await this.kill();
    return false;
  }

  /** Arms a fault that kills it. */
  async arm(point: string, after: number): Promise<void> {
    await commandControl(this.#controlPath, { op: 'fault.arm', point, action: 'kill', after });
  }

  /** Takes back what is armed, where it is there. */
  async disarm(): Promise<void> {
    await commandControl(this.#controlPath, { op: 'fault.disarm' }).catch(() => undefined);
  }

  /** Kills it as the kernel does. Nothing if it is gone already. */
  async kill(): Promise<void> {
    const running = this.#process;
    if (running === undefined) return;
    try {
      process.kill(running.pid, 'SIGKILL');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ESRCH') throw cause;
    }
    await running.exited;
    if (this.#process === running) this.#process = undefined;
  }

  /** Another one in its place, which knows nothing yet: what a warden needs whose ledgers began a new edition. */
  async renew(): Promise<void> {
    await this.kill();
    await rm(this.home, { recursive: true, force: true });
    await this.start();
  }
}
