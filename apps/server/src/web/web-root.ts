/**
 * The built web app in memory: the files that its list names, each with the hash that the list gives, and nothing else of the
 * folder. It is read again where the list was replaced; pages of the edition before still find its assets.
 */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { assert } from '@strongroom/core';
import { bundleList, formatBundleList } from '@strongroom/protocol';
import type { BundleList } from '@strongroom/protocol';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { mediaTypeOf } from './media-types.ts';

/** A file as it goes out. */
export interface WebFile {
  readonly path: string;
  readonly mediaType: string;
  /** Quoted, strong. */
  readonly etag: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly brotli: Uint8Array<ArrayBuffer> | undefined;
  readonly gzip: Uint8Array<ArrayBuffer> | undefined;
}

/** What there is to serve. `altered`: a file is missing or is not the one of the list. */
export type WebState =
  | { readonly kind: 'built'; readonly number: number; readonly hash: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'altered' };

/** The web app as it is served. */
export interface WebRoot {
  /** A file by its path in the bundle, `bundle.json` among them. */
  find(path: string): WebFile | undefined;
  readonly state: WebState;
}

type Edition = { readonly state: WebState; readonly files: ReadonlyMap<string, WebFile> };

const lookAgainMs = 1_000;
const nothing: Edition = { state: { kind: 'missing' }, files: new Map() };

/** Opens a built folder; one that is not there yet is found when it is. */
export function openWebRoot(folder: string, clock: Clock, log: Log): WebRoot {
  let mark: string | undefined;
  let lookedMs = Number.NEGATIVE_INFINITY;
  let current: Edition = nothing;
  let before: Edition = nothing;
  const look = (): Edition => {
    const nowMs = clock.monotonicMs();
    if (nowMs - lookedMs < lookAgainMs) return current;
    lookedMs = nowMs;
    const found = markOf(join(folder, 'bundle.json'));
    // While a new edition is moved into place there is none for a moment.
    if (found === mark || (found === undefined && current.state.kind === 'built')) return current;
    mark = found;
    const next = found === undefined ? nothing : readEdition(folder);
    if (current.state.kind === 'built') before = current;
    current = next;
    if (next.state.kind === 'built')
      log.write('web.loaded', { index: next.state.number, count: next.files.size });
    else if (next.state.kind === 'altered') log.write('web.refused');
    return current;
  };
  look();
  return {
    find: (path) => {
      const found = look().files.get(path);
      return found ?? (path.startsWith('assets/') ? before.files.get(path) : undefined);
    },
    get state() {
      return look().state;
    },
  };
}

function markOf(path: string): string | undefined {
  try {
    const { ino, mtimeMs, size } = statSync(path);
    return `${ino} ${mtimeMs} ${size}`;
  } catch {
    return undefined; // not built
  }
}

function readEdition(folder: string): Edition {
  try {
    const listBytes = readBytes(join(folder, 'bundle.json'));
    const list: BundleList = bundleList.parse(JSON.parse(listBytes.toString('utf8')));
    assert(
      hashOf(Buffer.from(formatBundleList(list.files))) === list.hash,
      'the hash of the list is its own',
    );
    const files = new Map<string, WebFile>();
    for (const { path, sha256 } of list.files) {
      const bytes = readBytes(join(folder, path));
      assert(hashOf(bytes) === sha256, 'a file is the one of the list');
      files.set(path, makeFile(folder, path, bytes));
    }
    files.set('bundle.json', makeFile(folder, 'bundle.json', listBytes));
    assert(files.has('index.html'), 'a bundle has its page');
    return { state: { kind: 'built', number: list.number, hash: list.hash }, files };
  } catch {
    // Whatever it is (a copy that was cut, a file that was edited), half an app is not served.
    return { state: { kind: 'altered' }, files: new Map() };
  }
}

function makeFile(folder: string, path: string, bytes: Buffer<ArrayBuffer>): WebFile {
  return {
    path,
    mediaType: mediaTypeOf(path),
    etag: `"${hashOf(bytes).slice(0, 32)}"`,
    bytes,
    brotli: findTwin(join(folder, `${path}.br`), bytes, brotliDecompressSync),
    gzip: findTwin(join(folder, `${path}.gz`), bytes, gunzipSync),
  };
}

/** The compressed bytes, where they are there and of this very file. */
function findTwin(
  path: string,
  bytes: Buffer<ArrayBuffer>,
  expand: (twin: Uint8Array, options: { readonly maxOutputLength: number }) => Buffer,
): Buffer<ArrayBuffer> | undefined {
  try {
    const twin = readBytes(path);
    return expand(twin, { maxOutputLength: bytes.length + 1 }).equals(bytes) ? twin : undefined;
  } catch {
    return undefined; // not every file gets smaller
  }
}

function readBytes(path: string): Buffer<ArrayBuffer> {
  return readFileSync(path);
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
