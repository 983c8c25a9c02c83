/**
 * One backup made, or one restored, as a process of its own that a test may kill: the functions behind `strongroom backup create` and
 * `strongroom restore`, with the test's time. Takes what to do as JSON, says `begun`, and how it ended, a line each.
 */
import { makeBackup, restoreBackup } from '@strongroom/backup';
import type { BackupOptions, RestoreOptions } from '@strongroom/backup';
import { createNodeEngine } from '@strongroom/core/node';

type Act =
  | ({ readonly act: 'create' } & Pick<BackupOptions, 'home' | 'target' | 'nowMs' | 'retention'>)
  | ({ readonly act: 'restore' } & Pick<RestoreOptions, 'home' | 'target' | 'nowMs' | 'kit'>);

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const wish = JSON.parse(process.argv[2] ?? '{}') as Act;
const engine = createNodeEngine();
const { signal } = new AbortController();
say({ event: 'begun' });
try {
  const value =
    wish.act === 'create'
      ? await makeBackup({ ...wish, engine, signal })
      : await restoreBackup({ ...wish, engine, signal });
  say({ event: 'ended', value });
} catch (cause) {
  const { code = 'INTERNAL_ERROR' } = cause as { readonly code?: string };
  say({ event: 'refused', code, text: cause instanceof Error ? String(cause.stack) : '' });
}
