/** A standby and a witness for a server that is measured: processes of their own, as an operator runs them. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { officeId } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import type { Device } from '@strongroom/device';
import { wardenProgram } from '@strongroom/warden';
import { initWitness, openWitnessHome, trustLog } from '@strongroom/witness';
import { makeEnvironment, readCpuMs, setResting } from '../office/measured-process.ts';

/** A process beside the server. */
export interface Helper {
  /** Writes into the server's empty home what makes it use this one. */
  readonly configure: (home: string) => void;
  readonly readCpuMs: () => number;
  readonly setResting: (isResting: boolean) => void;
  readonly stop: () => Promise<void>;
}

/** A witness, which the firm can name. */
export interface WitnessHelper extends Helper {
  /** Has it trust the firm's ledger, and the firm name it. */
  readonly introduce: (owner: Device) => Promise<void>;
}

const flags = ['--disable-warning=ExperimentalWarning'];
const witnessProgram = fileURLToPath(new URL('../../apps/witness/src/main.ts', import.meta.url));

/** A second warden, which acknowledges every record before the first one answers. */
export async function startStandby(): Promise<Helper> {
  const folder = mkdtempSync(join(tmpdir(), 'srb-'));
  const [home, socket] = [join(folder, 'home'), join(folder, 's')];
  writeSettings(home, { role: 'standby' });
  const child = spawn(process.execPath, [...flags, wardenProgram, '--home', home, '--socket', socket], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: makeEnvironment(),
  });
  await waitForLine(child, 'warden.listening');
  return {
    configure: (server) => writeSettings(join(server, 'warden'), { standby: { socket } }),
    readCpuMs: () => readCpuMs(child.pid ?? 0),
    setResting: (isResting) => setResting([child.pid ?? 0], isResting),
    stop: async () => await stop(child, folder),
  };
}

/** A witness with a key of its own, on loopback. */
export async function startWitness(): Promise<WitnessHelper> {
  const folder = mkdtempSync(join(tmpdir(), 'srb-'));
  const home = join(folder, 'witness');
  const engine = createNodeEngine();
  const vkey = await initWitness({ engine, home, name: 'bench.example/witness' });
  const child = spawn(process.execPath, [...flags, witnessProgram, '--home', home, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: makeEnvironment(),
  });
  const { url } = JSON.parse(await waitForLine(child, '"url"')) as { readonly url: string };
  return {
    configure(server) {
      writeFileSync(join(server, 'config.json'), JSON.stringify({ witnesses: 'witnesses.policy' }));
      writeFileSync(join(server, 'witnesses.policy'), `witness bench ${vkey} ${url}\nquorum bench\n`);
    },
    async introduce(owner) {
      const logKey = /^log (\S+)/m.exec(await owner.ledger.policy(officeId))?.[1] ?? '';
      const { heads } = await openWitnessHome(engine, home, 'look');
      trustLog(engine, heads, logKey);
      heads.close();
      await owner.witnesses.name({ vkeys: [vkey] });
    },
    readCpuMs: () => readCpuMs(child.pid ?? 0),
    setResting: (isResting) => setResting([child.pid ?? 0], isResting),
    stop: async () => await stop(child, folder),
  };
}

function writeSettings(home: string, settings: object): void {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  writeFileSync(join(home, 'settings.json'), JSON.stringify(settings), { mode: 0o600 });
}

async function waitForLine(child: ChildProcess, part: string): Promise<string> {
  const { stdout } = child;
  if (stdout === null) throw new Error('a process without a pipe');
  return await new Promise((resolve, reject) => {
    // Read to its end: a full pipe would stop the process.
    createInterface({ input: stdout }).on('line', (line) => {
      if (line.includes(part)) resolve(line);
    });
    child.once('exit', (code) => reject(new Error(`a process beside the server ended with ${code}`)));
  });
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null) {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
