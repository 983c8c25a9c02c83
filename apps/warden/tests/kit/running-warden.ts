/** A real warden process on a directory of its own, with the test control socket. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connectWarden, startWarden } from '../../src/index.ts';
import type { WardenClient, WardenProcess } from '../../src/index.ts';

export class RunningWarden {
  readonly directory: string;
  home: string;
  process!: WardenProcess;
  client!: WardenClient;
  readonly log: string[] = [];
  /** How far the tests have moved the warden's clock. */
  shiftMs = 0;

  constructor() {
    this.directory = mkdtempSync(join(tmpdir(), 'srw-'));
    this.home = join(this.directory, 'home');
  }

  static async start(): Promise<RunningWarden> {
    const warden = new RunningWarden();
    await warden.start();
    return warden;
  }

  nowMs: () => number = () => Date.now() + this.shiftMs;

  async start(): Promise<void> {
    process.env['STRONGROOM_UNSAFE_TEST'] = '1';
    this.process = await startWarden({
      home: this.home,
      socketPath: join(this.directory, 's'),
      testControl: join(this.directory, 'c'),
      onLog: (line) => this.log.push(line),
    });
    this.client = connectWarden(this.process.socketPath);
    if (this.shiftMs !== 0) await this.control({ op: 'clock.advance', ms: this.shiftMs });
  }

  async control(command: Record<string, unknown>): Promise<Record<string, unknown>> {
    const socket = connect(join(this.directory, 'c'));
    try {
      return await new Promise((resolve, reject) => {
        socket.once('error', reject);
        createInterface({ input: socket }).once('line', (line) => {
          resolve(JSON.parse(line) as Record<string, unknown>);
        });
        socket.once('close', () => resolve({ ok: false, code: 'GONE' }));
        socket.write(`${JSON.stringify(command)}\n`);
      });
    } finally {
      socket.destroy();
    }
  }

  /** Time passes in the warden. */
  async advance(ms: number): Promise<void> {
    this.shiftMs += ms;
    await this.control({ op: 'clock.advance', ms });
  }

  async arm(point: string, action: 'kill' | 'fail', after = 0): Promise<void> {
    const answer = await this.control({ op: 'fault.arm', point, action, after });
    if (answer['ok'] !== true) throw new Error('not armed');
  }

  /** For the next start, which is over before anything can be asked of it. */
  armStart(point: string): void {
    writeFileSync(join(this.directory, 'c.arm'), JSON.stringify({ point, action: 'kill' }));
  }

  async stop(): Promise<void> {
    await this.client.close();
    await this.process.stop();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** After the process died by itself. */
  async startAgain(): Promise<void> {
    await this.process.exited;
    await this.client.close();
    await this.start();
  }

  async remove(): Promise<void> {
    await this.stop().catch(() => undefined);
    rmSync(this.directory, { recursive: true, force: true });
  }
}
