/** A backup or a restore under way as a process, which may be killed. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { pause } from './installation.ts';

const program = fileURLToPath(new URL('backup-process.ts', import.meta.url));

/** How it ended: with a value, refused, or killed. */
export type ActEnd<T> = { readonly value: T } | { readonly code: string; readonly text: string } | 'killed';

/**
 * Runs one.
 * @param wish see `backup-process.ts`
 * @param killMs when it is killed, counted from its first step; undefined: not at all
 * @throws Error where it ends by itself and says nothing
 */
export async function runBackupAct<T>(wish: object, killMs: number | undefined): Promise<ActEnd<T>> {
  const args = ['--disable-warning=ExperimentalWarning', program, JSON.stringify(wish)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise<string>((resolve) => {
    child.once('close', (code, signal) => resolve(signal ?? String(code)));
  });
  const said: {
    readonly event: string;
    readonly value?: T;
    readonly code?: string;
    readonly text?: string;
  }[] = [];
  const begun = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      said.push(JSON.parse(line) as (typeof said)[number]);
      resolve();
    });
    void exited.then(() => resolve());
  });
  await begun;
  if (killMs !== undefined) {
    await Promise.race([pause(killMs), exited]);
    child.kill('SIGKILL');
  }
  const how = await exited;
  const last = said.at(-1);
  if (last?.event === 'ended') return { value: last.value as T };
  if (last?.event === 'refused') return { code: last.code ?? '', text: last.text ?? '' };
  if (how === 'SIGKILL' && killMs !== undefined) return 'killed';
  throw new Error(`a backup or restore ended by itself: ${how}`);
}
