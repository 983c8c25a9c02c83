/**
 * A witness as a process of its own: `main.ts --home DIR --port NUMBER [--test-control SOCKET]`, on loopback. The command line's
 * `strongroom witness run` does the same in its own process, with every way of listening.
 */
import { parseArgs } from 'node:util';
import { createControllableClock, createFaultPoints, startTestControl } from '@strongroom/warden';
import { systemClock } from '@strongroom/server/listening';
import { startWitness } from './start.ts';
import { witnessFaultPoints } from './witness-fault-points.ts';

const { values } = parseArgs({
  options: { home: { type: 'string' }, port: { type: 'string' }, 'test-control': { type: 'string' } },
});
const { home = '', port, 'test-control': socketPath } = values;
const movable = createControllableClock(systemClock);
const faults = createFaultPoints(witnessFaultPoints, {
  kill: () => process.kill(process.pid, 'SIGKILL'),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
});
const control =
  socketPath === undefined
    ? undefined
    : await startTestControl({ socketPath, environment: process.env, clock: movable, faults });
const witness = await startWitness({
  home,
  listening: port === undefined ? {} : { port: Number(port) },
  clock: {
    nowMs: () => movable.nowMs(),
    monotonicMs: () => movable.monotonicMs(),
    schedule: (delayMs, work) => systemClock.schedule(delayMs, work),
  },
  faults,
  onLog: (line) => process.stderr.write(line),
});
process.stdout.write(`${JSON.stringify({ url: witness.url, vkey: witness.vkey })}\n`);
const stop = async (): Promise<void> => {
  await witness.close();
  await control?.close();
  process.exit(0);
};
process.once('SIGTERM', () => void stop());
process.once('SIGINT', () => void stop());
