import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Absolute path of the checkout. */
export const REPOSITORY: string = resolve(import.meta.dirname, '../..');

const SKIPPED_FOLDERS = new Set(['node_modules', '.git', 'dist', 'coverage']);

/**
 * @returns the tracked files and the new ones that are not ignored, relative, with forward slashes; in a tree without
 *   git (a release archive) every file outside installed and built folders
 */
export function listRepositoryFiles(): string[] {
  try {
    const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
    const listed = execFileSync('git', args, {
      cwd: REPOSITORY,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return listed.split('\0').filter((path) => path !== '' && isPresent(path));
  } catch {
    // No git here: read the disk.
    return globSync('**/*', { cwd: REPOSITORY, exclude: (name) => SKIPPED_FOLDERS.has(name) })
      .map((path) => path.replaceAll('\\', '/'))
      .filter(isPresent);
  }
}

/** @returns the text of a file of the repository */
export function readRepositoryFile(path: string): string {
  return readFileSync(join(REPOSITORY, path), 'utf8');
}

/** A package.json of ours. */
export interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** @returns each workspace's folder and package.json, the root left out */
export function listWorkspaces(): { readonly folder: string; readonly manifest: Manifest }[] {
  return listRepositoryFiles()
    .filter((path) => /^(packages|apps)\/[^/]+\/package\.json$/.test(path))
    .map((path) => ({
      folder: path.replace('/package.json', ''),
      manifest: JSON.parse(readRepositoryFile(path)) as Manifest,
    }));
}

/** Listed but removed on the disk is not there; folders and links to folders cannot be read as text. */
function isPresent(path: string): boolean {
  try {
    readFileSync(join(REPOSITORY, path), { flag: 'r' });
    return true;
  } catch {
    return false;
  }
}
