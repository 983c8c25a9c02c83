/**
 * What a server gives to browsers, compared file by file with what the firm stands by (attacks K1, K3). Nothing that comes from the
 * server decides what is compared: paths are of this origin only, redirections are refused, and every hash is computed here.
 */
import { DependencyError } from '@strongroom/core';
import { bundleLimits } from '@strongroom/protocol';
import type { BundleFile } from '@strongroom/protocol';
import { hashBundle, parseBundleList, sha256 } from './local-bundle.ts';
import { findForeign } from './page-references.ts';
import { findHeaderFaults } from './served-headers.ts';

/** One thing that is not as it should be. */
export interface Difference {
  /** Path of the file; `bundle.json` for the list. */
  readonly file: string;
  readonly kind:
    | 'changed'
    | 'missing'
    | 'unlisted'
    | 'inline'
    | 'header'
    | 'list'
    | 'hash'
    | 'absent-from-build'
    | 'only-in-build';
  readonly expected?: string;
  readonly found?: string;
  /** The header, the element or the address that it is about. */
  readonly what?: string;
}

/** What was found. */
export interface ServedBundle {
  /** The number that the server claims; the code itself holds it too. */
  readonly number: number | undefined;
  /** SHA-256 of the canonical list of what is served. */
  readonly hash: string | undefined;
  readonly files: number;
  readonly differences: readonly Difference[];
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

/** How browsers ask: a server may keep a compressed twin of each file, and each has to hold the same bytes. */
const encodings = ['identity', 'gzip', 'br', 'gzip, deflate, br, zstd'] as const;
/** Addresses at which browsers get the page of the application. */
const pageAddresses = ['', 'index.html', 'sign-in', 'clients', 'people'] as const;
/** With which browsers ask for a page; at other addresses they get it for this alone. */
const acceptPage = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const timeoutMs = 30_000;
const atOnce = 6;

/** Fetches and hashes all that a server gives to browsers. `trusted` is the list of a build on this machine, where there is one. */
export async function checkServed(options: {
  readonly origin: string;
  readonly trusted?: readonly BundleFile[];
  readonly interrupted?: AbortSignal;
}): Promise<ServedBundle> {
  const { origin, trusted } = options;
  const get = async (path: string, encoding: string, sizeMax: number): Promise<Answer> =>
    await fetchServed({ origin, path, encoding, sizeMax, interrupted: options.interrupted });
  const differences: Difference[] = [];
  const listAnswer = await get('bundle.json', 'identity', bundleLimits.listBytesMax);
  const list = listAnswer.status === 200 ? parseBundleList(listAnswer.bytes) : undefined;
  if (list === undefined) {
    differences.push({ file: 'bundle.json', kind: 'list', found: String(listAnswer.status) });
    if (trusted === undefined) return { number: undefined, hash: undefined, files: 0, differences };
  }
  const listed = list?.files ?? trusted ?? [];
  const expected = new Map((trusted ?? listed).map((file) => [file.path, file.sha256]));
  const isListed = (path: string): boolean => listed.some((file) => file.path === path);
  const served: BundleFile[] = [];

  async function checkFile(path: string): Promise<void> {
    const seen = new Set<string>();
    for (const encoding of encodings) {
      const answer = await get(path, encoding, bundleLimits.fileBytesMax);
      if (answer.status !== 200) {
        differences.push({ file: path, kind: 'missing', found: String(answer.status) });
        return;
      }
      const found = sha256(answer.bytes);
      if (!seen.has(found)) {
        seen.add(found);
        noteBytes(path, found);
        if (seen.size === 1) served.push({ path, sha256: found, sizeBytes: answer.bytes.length });
      }
      noteHeaders(path, answer.headers);
    }
  }

  function noteBytes(path: string, found: string): void {
    const wanted = expected.get(path);
    if (wanted === undefined) differences.push({ file: path, kind: 'absent-from-build', found });
    else if (wanted !== found) differences.push({ file: path, kind: 'changed', expected: wanted, found });
  }

  function noteHeaders(path: string, headers: Headers): void {
    for (const { name, expected: wanted, found } of findHeaderFaults(path, headers)) {
      const isKnown = differences.some(
        ({ file, kind, what }) => file === path && kind === 'header' && what === name,
      );
      if (!isKnown) differences.push({ file: path, kind: 'header', what: name, expected: wanted, found });
    }
  }

  /** The page of the application, under every address, is the file `index.html` with its headers. */
  async function checkPage(address: string, file: string): Promise<void> {
    const answer = await get(address, 'identity', bundleLimits.fileBytesMax);
    const found = sha256(answer.bytes);
    const wanted = expected.get(file);
    const name = address === '' ? '/' : address;
    if (answer.status !== 200)
      differences.push({ file: name, kind: 'missing', found: String(answer.status) });
    else if (wanted !== found)
      differences.push({
        file: name,
        kind: 'changed',
        ...(wanted === undefined ? {} : { expected: wanted }),
        found,
      });
    for (const fault of findHeaderFaults(file, answer.headers))
      differences.push({
        file: name,
        kind: 'header',
        what: fault.name,
        expected: fault.expected,
        found: fault.found,
      });
    for (const { kind, what } of findForeign(new TextDecoder().decode(answer.bytes), { isListed }))
      differences.push({ file: name, kind: kind === 'inline' ? 'inline' : 'unlisted', what });
  }

  await eachOf(
    listed.map(({ path }) => path),
    checkFile,
  );
  await eachOf([...pageAddresses], async (address) => await checkPage(address, 'index.html'));
  await checkPage('viewer.html', 'viewer.html');
  for (const { path } of trusted ?? [])
    if (!isListed(path)) differences.push({ file: path, kind: 'only-in-build' });
  const hash = hashBundle(served);
  if (list !== undefined && list.hash !== hash)
    differences.push({ file: 'bundle.json', kind: 'hash', expected: list.hash, found: hash });
  differences.sort((left, right) => (left.file < right.file ? -1 : left.file > right.file ? 1 : 0));
  return { number: list?.number, hash, files: served.length, differences: withoutRepeats(differences) };
}

function withoutRepeats(differences: readonly Difference[]): Difference[] {
  const seen = new Set<string>();
  return differences.filter((difference) => {
    const key = JSON.stringify(difference);
    return seen.has(key) ? false : (seen.add(key), true);
  });
}

async function eachOf(paths: readonly string[], check: (path: string) => Promise<void>): Promise<void> {
  const waiting = [...paths];
  const work = async (): Promise<void> => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) await check(path);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** @throws DependencyError SERVER_UNREACHABLE, INTERRUPTED */
async function fetchServed(options: {
  readonly origin: string;
  readonly path: string;
  readonly encoding: string;
  readonly sizeMax: number;
  readonly interrupted: AbortSignal | undefined;
}): Promise<Answer> {
  const { origin, path, encoding, sizeMax, interrupted } = options;
  const isPage = path.endsWith('.html') || !path.includes('.');
  const limits = [AbortSignal.timeout(timeoutMs), interrupted].filter((one) => one !== undefined);
  try {
    const response = await fetch(`${origin}/${path}`, {
      // Nothing of the bundle lies elsewhere: a redirection is an answer that is not the file.
      redirect: 'manual',
      headers: { 'accept-encoding': encoding, accept: isPage ? acceptPage : '*/*' },
      signal: AbortSignal.any(limits),
    });
    return { status: response.status, headers: response.headers, bytes: await readAtMost(response, sizeMax) };
  } catch (error) {
    if (interrupted?.aborted === true) throw new DependencyError('INTERRUPTED', {}, { cause: error });
    throw new DependencyError('SERVER_UNREACHABLE', {}, { cause: error });
  }
}

/** The bytes of an answer, cut off one byte above the limit: its hash is then none that is expected. */
async function readAtMost(response: Response, sizeMax: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    const bytes = chunk as Uint8Array;
    chunks.push(bytes);
    size += bytes.length;
    if (size > sizeMax) break;
  }
  return new Uint8Array(Buffer.concat(chunks));
}
