/** A bucket, or a part of one, as what speaks S3 gives it: listed, written, read, removed. Addresses are path-style. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { request as requestPlain } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestTls } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { DependencyError, InputError, StrongroomError } from '@strongroom/core';
import { encodeUriPart, signRequest } from './sign-request.ts';
import type { Credentials } from './sign-request.ts';

/** What one request may bring, by S3's own rule. */
export const objectBytesMax = 5 * 2 ** 30;

const emptyHash = createHash('sha256').digest('hex');
const listBytesMax = 16 * 2 ** 20;
/** A page has up to 1,000 keys by S3's own rule. */
const listPagesMax = 100_000;
const listKeysMax = 10_000_000;
const silenceMs = 60_000;
const triesMax = 4;
const waitMs = 1_000;
const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/u;

/** Where it is, and who asks. */
export type BucketOptions = {
  /** `https://host/bucket` or `https://host/bucket/folder`. */
  readonly url: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly clock: { nowMs(): number; sleep(ms: number): Promise<void> };
  readonly signal: AbortSignal;
};

/** The bucket. Every method throws DependencyError BUCKET_REFUSED, BUCKET_UNREACHABLE. */
export type Bucket = {
  /** Sizes by key, the folder taken away. */
  list(): Promise<Map<string, number>>;
  /** Writes a file; the bucket refuses bytes that do not have this hash. */
  put(
    key: string,
    file: { readonly path: string; readonly sizeBytes: number; readonly sha256: string },
  ): Promise<void>;
  /** Hands over the bytes as they come; `onStart` is called again where it has to begin anew. */
  get(
    key: string,
    take: { readonly onStart: () => Promise<void>; readonly onBytes: (bytes: Uint8Array) => Promise<void> },
  ): Promise<void>;
  /** Removing what is absent is no error. */
  remove(key: string): Promise<void>;
};

/** @throws InputError INPUT_INVALID, PLAINTEXT_BEYOND_LOOPBACK */
export function openBucket(options: BucketOptions): Bucket {
  const { credentials, region, clock, signal } = options;
  if (!URL.canParse(options.url)) throw new InputError('INPUT_INVALID', { name: 'bucket' });
  const base = new URL(options.url);
  const [, bucket = '', ...folders] = base.pathname.replace(/\/+$/u, '').split('/').map(decodeURIComponent);
  const isBare = base.search === '' && base.hash === '' && base.username === '' && bucket !== '';
  if (!isBare || !/^https?:$/u.test(base.protocol)) throw new InputError('INPUT_INVALID', { name: 'bucket' });
  if (base.protocol === 'http:' && !loopback.test(base.hostname))
    throw new InputError('PLAINTEXT_BEYOND_LOOPBACK');
  const prefix = folders.map((folder) => `${folder}/`).join('');
  const send = base.protocol === 'http:' ? requestPlain : requestTls;

  type Ask = {
    readonly method: string;
    readonly key?: string;
    readonly query?: Readonly<Record<string, string>>;
    readonly file?: { readonly path: string; readonly sizeBytes: number; readonly sha256: string };
  };

  /** One exchange; the answer's bytes are the caller's to read. */
  async function ask({ method, key, query = {}, file }: Ask): Promise<IncomingMessage> {
    const path = [bucket, ...(key === undefined ? [''] : `${prefix}${key}`.split('/'))]
      .map(encodeUriPart)
      .join('/');
    const search = Object.entries(query).map(([name, value]) => `${name}=${encodeUriPart(value)}`);
    const url = new URL(`/${path}${search.length === 0 ? '' : `?${search.join('&')}`}`, base.origin);
    const headers = signRequest(credentials, {
      method,
      url,
      payloadHash: file?.sha256 ?? emptyHash,
      region,
      nowMs: clock.nowMs(),
    });
    const request = send(url, {
      method,
      headers: { ...headers, 'content-length': String(file?.sizeBytes ?? 0) },
      signal,
      timeout: silenceMs,
    });
    request.on('timeout', () => request.destroy(new Error('silent')));
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve).once('error', reject);
    });
    if (file === undefined) request.end();
    // An answer before the end of a file is a refusal: it is read, whatever becomes of the rest.
    else pipeline(createReadStream(file.path), request).catch(() => undefined);
    return await answered;
  }

  /** Until it is done: again where the bucket was busy or away. */
  async function attempt<T>(what: Ask, read: (answer: IncomingMessage) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        const answer = await ask(what);
        const status = answer.statusCode ?? 0;
        if (status >= 200 && status < 300) return await read(answer);
        const text = await readText(answer);
        const reason = /<Code>([A-Za-z0-9]{1,64})<\/Code>/u.exec(text)?.[1] ?? '';
        const refusal = new DependencyError('BUCKET_REFUSED', { status, reason });
        if (status < 500 && status !== 429) throw refusal;
        if (tries === triesMax) throw refusal;
      } catch (cause) {
        if (signal.aborted) throw new DependencyError('INTERRUPTED', {}, { cause });
        if (cause instanceof StrongroomError || isOfDisk(cause)) throw cause;
        if (tries === triesMax) throw new DependencyError('BUCKET_UNREACHABLE', {}, { cause });
      }
      await clock.sleep(waitMs * 2 ** (tries - 1));
    }
  }

  return {
    async list() {
      const found = new Map<string, number>();
      let pages = 0;
      for (let token = '', isMore = true; isMore;) {
        const query = {
          ...(token === '' ? {} : { 'continuation-token': token }),
          'list-type': '2',
          prefix,
        };
        const text = await attempt({ method: 'GET', query }, readText);
        for (const object of elementsOf(text, 'Contents')) {
          const key = unescapeXml(firstOf(object, 'Key') ?? '');
          const size = Number(firstOf(object, 'Size') ?? Number.NaN);
          if (key.startsWith(prefix) && Number.isSafeInteger(size)) found.set(key.slice(prefix.length), size);
        }
        const next = unescapeXml(firstOf(text, 'NextContinuationToken') ?? '');
        isMore = firstOf(text, 'IsTruncated') === 'true' && next !== '';
        // A list that stands still, or never ends, is no list.
        if (isMore && (next === token || ++pages > listPagesMax || found.size > listKeysMax))
          throw new DependencyError('BUCKET_REFUSED', { status: 200, reason: 'list' });
        token = next;
      }
      return found;
    },
    put: async (key, file) => void (await attempt({ method: 'PUT', key, file }, readText)),
    get: async (key, { onStart, onBytes }) =>
      await attempt({ method: 'GET', key }, async (answer) => {
        await onStart();
        for await (const bytes of answer) await onBytes(bytes as Uint8Array);
      }),
    remove: async (key) => void (await attempt({ method: 'DELETE', key }, readText)),
  };
}

/** Of this machine's disk, not of the way to the bucket. */
function isOfDisk(cause: unknown): boolean {
  return (
    cause instanceof Error &&
    'code' in cause &&
    /^(?:ENOSPC|EDQUOT|EROFS|EIO|ENOENT)$/u.test(String(cause.code))
  );
}

async function readText(answer: IncomingMessage): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const bytes of answer) {
    parts.push(bytes as Uint8Array);
    size += (bytes as Uint8Array).length;
    if (size > listBytesMax)
      throw new DependencyError('BUCKET_REFUSED', { status: answer.statusCode ?? 0, reason: 'size' });
  }
  return Buffer.concat(parts).toString('utf8');
}

/** What stands in each element of this name, in order; nothing from the first that does not end. */
function* elementsOf(text: string, name: string): Generator<string> {
  const [begin, end] = [`<${name}>`, `</${name}>`];
  for (let from = text.indexOf(begin); from >= 0;) {
    const to = text.indexOf(end, from);
    if (to < 0) return;
    yield text.slice(from + begin.length, to);
    from = text.indexOf(begin, to);
  }
}

function firstOf(text: string, name: string): string | undefined {
  const [first] = elementsOf(text, name);
  return first;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replaceAll(
    /&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));/gu,
    (whole, name, decimal, hex) => {
      if (name !== undefined) return entities[name as string] ?? whole;
      const point = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal);
      return point > 0x10ffff ? whole : String.fromCodePoint(point);
    },
  );
}
