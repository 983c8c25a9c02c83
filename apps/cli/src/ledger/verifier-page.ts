/** The verifier's page as a file: made anew where the tools that build it are installed, else as it was built. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DependencyError } from '@strongroom/core';

const root = resolve(import.meta.dirname, '../../../..');
const builder = join(root, 'tools/build-verifier.ts');
const built = join(root, 'apps/verifier/dist/strongroom-verifier.html');

/**
 * The page's bytes: the same for the same sources, so that two people can compare their hashes.
 * @throws DependencyError WEB_BUILD_FAILED
 */
export async function readVerifierPage(): Promise<Uint8Array> {
  if (existsSync(builder) && existsSync(join(root, 'node_modules/vite/package.json'))) return await build();
  try {
    return new Uint8Array(await readFile(built));
  } catch (cause) {
    throw new DependencyError('WEB_BUILD_FAILED', {}, { cause });
  }
}

/** In a process of its own, because a bundler is large and the environment of this one is a person’s; what it says goes to stderr. */
async function build(): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'strongroom-verifier-'));
  try {
    const path = join(folder, 'page.html');
    const { NODE_OPTIONS: _, ...environment } = process.env;
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', builder, path], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...environment, NODE_ENV: 'production' },
    });
    const code = await new Promise<number | null>((settle, fail) =>
      child.once('error', fail).once('close', settle),
    );
    if (code !== 0) throw new DependencyError('WEB_BUILD_FAILED', {});
    return new Uint8Array(await readFile(path));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
