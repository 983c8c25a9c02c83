/** The web bundle in a folder of this machine: what it is by its own bytes. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@strongroom/core';
import { bundleLimits, bundleList, formatBundleList, isBundlePath } from '@strongroom/protocol';
import type { BundleFile, BundleList } from '@strongroom/protocol';
import { nameSubject } from '../subject.ts';

const listName = 'bundle.json';
const notServed: ReadonlySet<string> = new Set([listName, '.stamp']);

/**
 * Hashes every file of a built web application. `bundle.json` gives the number, and must agree with what lies beside it.
 * @throws InputError BUNDLE_INVALID
 */
export async function readLocalBundle(folder: string): Promise<BundleList> {
  const said = await readList(folder);
  const names = await findNames(folder);
  const files: BundleFile[] = [];
  for (const path of names) files.push({ path, ...(await hashFile(join(folder, path))) });
  const hash = hashBundle(files);
  if (hash !== said.hash) throw nameSubject(new InputError('BUNDLE_INVALID', { reason: 'hash' }), folder);
  return { number: said.number, hash, files };
}

/** SHA-256 of the canonical list of files. */
export function hashBundle(files: readonly Pick<BundleFile, 'path' | 'sha256'>[]): string {
  return sha256(new TextEncoder().encode(formatBundleList(files)));
}

/** SHA-256 in hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What a `bundle.json` says, or undefined where it is none. */
export function parseBundleList(bytes: Uint8Array): BundleList | undefined {
  if (bytes.length > bundleLimits.listBytesMax) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
  const parsed = bundleList.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

async function readList(folder: string): Promise<BundleList> {
  const path = join(folder, listName);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw nameSubject(new InputError('BUNDLE_INVALID', { reason: 'list' }, { cause }), path);
  });
  const list = parseBundleList(bytes);
  if (list === undefined) throw nameSubject(new InputError('BUNDLE_INVALID', { reason: 'list' }), path);
  return list;
}

async function findNames(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const all = new Set<string>();
  for (const entry of found) {
    if (entry.isDirectory()) continue;
    const path = join(entry.parentPath, entry.name).slice(folder.length).replace(/^\/+/u, '');
    // A link could lead out of the folder that was built.
    if (!entry.isFile() || !isBundlePath(path))
      throw nameSubject(new InputError('BUNDLE_INVALID', { reason: 'file' }), path);
    all.add(path);
  }
  return [...all].filter((path) => !notServed.has(path) && !isTwin(path, all)).sort();
}

/** A compressed twin holds the bytes of the file beside it. */
function isTwin(path: string, all: ReadonlySet<string>): boolean {
  const plain = path.replace(/\.(?:br|gz)$/u, '');
  return plain !== path && all.has(plain);
}

async function hashFile(path: string): Promise<Pick<BundleFile, 'sha256' | 'sizeBytes'>> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) {
    hash.update(chunk);
    sizeBytes += chunk.length;
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}
