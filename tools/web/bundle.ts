/** The list of a built web bundle and the compressed twins beside its files: docs/spec/server.md, 6. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** A file of the bundle. */
export interface BundleFile {
  readonly path: string;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** What `dist/bundle.json` says. */
export interface BundleList {
  readonly number: number;
  /** SHA-256 of the canonical text, lower-case hex. */
  readonly hash: string;
  readonly files: readonly BundleFile[];
}

const notInBundle: ReadonlySet<string> = new Set(['bundle.json', '.stamp']);
const pathPattern = /^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/u;
const compressible: ReadonlySet<string> = new Set([
  '.bcmap',
  '.css',
  '.html',
  '.icc',
  '.js',
  '.json',
  '.mjs',
  '.otf',
  '.svg',
  '.ttf',
  '.txt',
  '.wasm',
  '.webmanifest',
]);
const compressedBytesMin = 1_024;
/** Brotli's best level takes seconds a megabyte: for large files the level below is nearly as small. */
const bestBrotliBytesMax = 1_000_000;

/** Every file under a folder, relative, with forward slashes, in the order of the bytes of their paths. */
export function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort((one, other) => (one < other ? -1 : 1));
}

/** The files of the bundle in a built folder: without the list, the stamp and the compressed twins. */
export function listBundleFiles(folder: string): BundleFile[] {
  const paths = listFiles(folder);
  const present = new Set(paths);
  const isTwin = (path: string): boolean => /\.(?:br|gz)$/u.test(path) && present.has(path.slice(0, -3));
  return paths
    .filter((path) => !notInBundle.has(path) && !isTwin(path))
    .map((path) => {
      if (!pathPattern.test(path)) throw new Error(`a name that a bundle may not have: ${path}`);
      const bytes = readFileSync(join(folder, path));
      return { path, sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length };
    });
}

/** The text that the hash of a bundle is of: what `sha256sum` prints. */
export function formatCanonicalText(files: readonly BundleFile[]): string {
  return files.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join('');
}

/** The list of a built folder. */
export function makeBundleList(folder: string, number: number): BundleList {
  const files = listBundleFiles(folder);
  return { number, hash: createHash('sha256').update(formatCanonicalText(files)).digest('hex'), files };
}

/** Writes `<path>.br` and `<path>.gz` beside each file that gets smaller by it. */
export async function writeCompressedTwins(folder: string): Promise<number> {
  const paths = listBundleFiles(folder)
    .filter(({ path, sizeBytes }) => compressible.has(extname(path)) && sizeBytes >= compressedBytesMin)
    .map(({ path }) => path);
  const sizes = await Promise.all(paths.map((path) => writeTwins(join(folder, path))));
  return sizes.reduce((sum, count) => sum + count, 0);
}

async function writeTwins(path: string): Promise<number> {
  const bytes = await readFile(path);
  const quality = bytes.length <= bestBrotliBytesMax ? 11 : 9;
  const twins = [
    {
      name: `${path}.br`,
      twin: await promisify(brotliCompress)(bytes, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: quality,
          [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
        },
      }),
    },
    { name: `${path}.gz`, twin: await promisify(gzip)(bytes, { level: 9 }) },
  ].filter(({ twin }) => twin.length < bytes.length);
  for (const { name, twin } of twins) await writeFile(name, twin);
  return twins.length;
}
