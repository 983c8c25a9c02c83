/** Runs a folder of outside vectors: every file is run, a companion of another file, or an error. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import type { VectorFile, VectorFormat, VectorResult } from './format.ts';

/** What became of one file. */
export type VectorReport = { readonly path: string; readonly format: string; readonly result: VectorResult };

/** Texts that describe a folder; they hold no vectors. */
const descriptions: ReadonlySet<string> = new Set(['README.md', 'LICENSE', 'NOTICE']);

/** Runs all files below a folder, in the order of their paths. */
export async function runVectors(directory: string, formats: readonly VectorFormat[]): Promise<readonly VectorReport[]> {
  const files = await readFiles(directory);
  const reports: VectorReport[] = [];
  for (const file of files.values()) {
    const format = formats.find((candidate) => candidate.recognise(file));
    // oxlint-disable-next-line no-await-in-loop -- file by file: two cores, and output in order
    const result = await runFile(file, files, format);
    if (result !== undefined) reports.push({ path: file.path, format: format?.name ?? 'unknown', result });
  }
  return reports;
}

async function runFile(
  file: VectorFile,
  files: ReadonlyMap<string, VectorFile>,
  format: VectorFormat | undefined,
): Promise<VectorResult | undefined> {
  if (format === undefined) return { passed: 0, skipped: 0, failures: ['unknown format'] };
  try {
    return await format.run(file, files);
  } catch (error) {
    return { passed: 0, skipped: 0, failures: [error instanceof Error ? error.message : 'failed'] };
  }
}

async function readFiles(directory: string): Promise<ReadonlyMap<string, VectorFile>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && !descriptions.has(basename(entry.name)))
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .toSorted();
  const files = await Promise.all(
    paths.map(async (path): Promise<[string, VectorFile]> => [path, { path, bytes: await readFile(join(directory, path)) }]),
  );
  return new Map(files);
}
