/** How much memory the pages and workers of a browser's profile hold. */
import { readdirSync, readFileSync } from 'node:fs';

/** Resident bytes of each renderer of a profile, the largest first. */
export function readRendererBytes(profile: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .map((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        if (!command.includes(profile) || !command.includes('--type=renderer')) return 0;
        return (
          Number(/VmRSS:\s+(\d+) kB/u.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
        );
      } catch {
        return 0; // a process that ended meanwhile
      }
    })
    .filter((size) => size > 0)
    .sort((left, right) => right - left);
}
