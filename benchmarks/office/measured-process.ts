/** What a process that is measured is started with, and what it has used. */
import { readFileSync } from 'node:fs';

/** Our environment; with STRONGROOM_BENCH_PROFILE=FOLDER also what makes the process leave a processor profile there. */
export function makeEnvironment(): NodeJS.ProcessEnv {
  const folder = process.env['STRONGROOM_BENCH_PROFILE'];
  return folder === undefined
    ? process.env
    : { ...process.env, NODE_OPTIONS: `--cpu-prof --cpu-prof-interval=500 --cpu-prof-dir=${folder}` };
}

/** Has processes stand still, or go on: what is not measured in this moment takes nothing of the processor. */
export function setResting(pids: readonly number[], isResting: boolean): void {
  for (const pid of pids) process.kill(pid, isResting ? 'SIGSTOP' : 'SIGCONT');
}

/** User and system time of a process in milliseconds, by the kernel's hundredths of a second; NaN where there is no /proc. */
export function readCpuMs(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    // Not Linux, or the process has ended: the table shows that the figure is missing.
    return Number.NaN;
  }
}
