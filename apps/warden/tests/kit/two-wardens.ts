/** A warden with its standby, two processes over the standby's socket. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RunningWarden } from './running-warden.ts';

export class TwoWardens {
  readonly first: RunningWarden;
  readonly standby: RunningWarden;

  private constructor() {
    this.first = new RunningWarden();
    this.standby = new RunningWarden();
  }

  static async start(settings: Record<string, unknown> = {}): Promise<TwoWardens> {
    const two = new TwoWardens();
    configure(two.standby.home, { role: 'standby' });
    await two.standby.start();
    two.configure(settings);
    await two.first.start();
    return two;
  }

  /** Counts from the first warden's next start. */
  configure(settings: Record<string, unknown> = {}): void {
    configure(this.first.home, { standby: { socket: this.standby.process.socketPath }, ...settings });
  }

  async remove(): Promise<void> {
    await this.first.remove();
    await this.standby.remove();
  }
}

/** Writes a home's settings. */
export function configure(home: string, settings: Record<string, unknown>): void {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  writeFileSync(join(home, 'settings.json'), JSON.stringify(settings), { mode: 0o600 });
}
