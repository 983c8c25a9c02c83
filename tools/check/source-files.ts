import { globSync } from 'node:fs';

/** Folders of the repository that hold our TypeScript. */
export const SOURCE_FOLDERS: readonly string[] = ['packages', 'apps', 'tests', 'tools', 'benchmarks'];

/**
 * @param root absolute path of the tree
 * @param folders top folders to look in
 * @returns our .ts and .tsx files, relative to the root, with forward slashes, sorted; fixtures are left out
 */
export function listSourceFiles(root: string, folders: readonly string[] = SOURCE_FOLDERS): string[] {
  return folders
    .flatMap((folder) =>
      globSync(`${folder}/**/*.{ts,tsx}`, {
        cwd: root,
        exclude: (name) => name === 'node_modules' || name === 'fixtures' || name === 'dist',
      }),
    )
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
}
