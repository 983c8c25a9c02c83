/** Whether a built web bundle is the one of these sources. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { BundleList } from '@strongroom/protocol';
import { listFiles } from './bundle.ts';

const sourceFolders = ['apps/web', 'apps/verifier', 'packages', 'tools/web'];
const sourceFiles = [
  'package-lock.json',
  'tools/build-verifier.ts',
  'tools/build-web.ts',
  'tsconfig.base.json',
];
const isOutside = (path: string): boolean =>
  /(?:^|\/)(?:node_modules|dist|tests|coverage)\//u.test(path) || /\.test\.tsx?$/u.test(path);

/** A hash over everything that the bundle is made of. */
export function makeStamp(root: string): string {
  const hash = createHash('sha256');
  const paths = sourceFolders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => listSources(join(root, folder)).map((path) => `${folder}/${path}`));
  for (const path of [...paths, ...sourceFiles].sort()) {
    hash.update(
      `${createHash('sha256')
        .update(readFileSync(join(root, path)))
        .digest('hex')}  ${path}\n`,
    );
  }
  return hash.digest('hex');
}

/** The list of a built folder that has this stamp and all its files; undefined where it has to be built. */
export function findFreshBundle(folder: string, stamp: string): BundleList | undefined {
  try {
    if (readFileSync(join(folder, '.stamp'), 'utf8').trim() !== stamp) return undefined;
    const list = JSON.parse(readFileSync(join(folder, 'bundle.json'), 'utf8')) as BundleList;
    const isWhole = list.files.every(
      ({ path, sizeBytes }) => statSync(join(folder, path)).size === sizeBytes,
    );
    return isWhole ? list : undefined;
  } catch {
    return undefined; // not there, or not whole: it is built
  }
}

function listSources(folder: string): string[] {
  return listFiles(folder).filter((path) => !isOutside(`/${path}`));
}
