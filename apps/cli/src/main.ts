/**
 * The process of one command. The compiled form of our own code is kept for the next start in a folder of this user alone,
 * which halves the time to the first word; where that folder cannot be had, nothing is kept.
 */
import { lstatSync, mkdirSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

process.umask(0o077);
// A reader that has seen enough (`| head`) is no failure: the rest is said to nobody.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}
keepCompiledCode();
const [{ createProcessContext }, { runCli }] = await Promise.all([
  import('./context.ts'),
  import('./run-cli.ts'),
]);
process.exitCode = await runCli(process.argv.slice(2), createProcessContext());

/** Code read from this folder is run: it must be the user's own, and nobody else's to write. */
function keepCompiledCode(): void {
  const folder = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'strongroom');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = lstatSync(folder);
    if (uid === process.getuid?.() && (mode & 0o022) === 0) enableCompileCache(folder);
  } catch {
    // without a folder of our own everything works as well, only slower
  }
}
