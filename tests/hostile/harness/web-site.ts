/** A small web bundle in a folder, and a server of files that gives it out rightly or, when told, wrongly. */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { formatBundleList, webPageHeaders, webPolicies } from '@strongroom/protocol';
import type { BundleFile, BundleList } from '@strongroom/protocol';

/** What the site answers to one request. */
export interface SiteAnswer {
  status: number;
  headers: Record<string, string>;
  bytes: Uint8Array;
}

/** Changes an answer on its way. */
export type SiteMutator = (path: string, answer: SiteAnswer, encoding: string) => SiteAnswer;

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
};

const page = (script: string): string =>
  `<!doctype html>\n<html lang="en"><head><meta charset="utf-8" /><title>Strongroom</title>\n` +
  `<script type="module" crossorigin src="/assets/${script}"></script>\n` +
  `<link rel="stylesheet" crossorigin href="/assets/app.css"></head><body><div id="root"></div></body></html>\n`;

/** A built application of a few files. */
export function makeBundle(number: number): { readonly folder: string; readonly list: BundleList } {
  const folder = mkdtempSync(join(tmpdir(), 'sr-web-'));
  const files: Readonly<Record<string, string>> = {
    'assets/app.css': 'header { margin: 0 }\n',
    'assets/app.js': `export const bundleNumber = ${number};\n`,
    'assets/key-worker.js': `postMessage(${number});\n`,
    'assets/viewer.js': 'export {};\n',
    'index.html': page('app.js'),
    'viewer.html': page('viewer.js'),
  };
  for (const [path, text] of Object.entries(files)) put(folder, path, text);
  put(folder, 'assets/app.js.gz', gzipSync(files['assets/app.js'] ?? ''));
  put(folder, '.stamp', 'sources\n');
  return { folder, list: writeList(folder, number, Object.keys(files)) };
}

/** Writes the list of these files of a folder. */
export function writeList(folder: string, number: number, paths: readonly string[]): BundleList {
  const files = paths.toSorted().map((path): BundleFile => {
    const bytes = readFileSync(join(folder, path));
    return { path, sha256: hashOf(bytes), sizeBytes: bytes.length };
  });
  const list = { number, hash: hashOf(formatBundleList(files)), files };
  put(folder, 'bundle.json', `${JSON.stringify(list)}\n`);
  return list;
}

/** Writes a file into a bundle. */
export function put(folder: string, path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

function hashOf(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The site: static files under the headers of the contract. */
export class WebSite {
  readonly folder: string;
  readonly list: BundleList;
  readonly url: string;
  /** Every path that was asked for. */
  readonly asked: string[] = [];
  mutator: SiteMutator = (_path, answer) => answer;
  readonly #server: Server;

  private constructor(bundle: ReturnType<typeof makeBundle>, server: Server, url: string) {
    this.folder = bundle.folder;
    this.list = bundle.list;
    this.#server = server;
    this.url = url;
  }

  static async start(bundle: ReturnType<typeof makeBundle>): Promise<WebSite> {
    const server = createServer();
    await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle));
    const site = new WebSite(bundle, server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (request, response) => {
      const path = (request.url ?? '/').slice(1);
      const encoding = request.headers['accept-encoding'] ?? '';
      site.asked.push(path);
      const { status, headers, bytes } = site.mutator(path, site.#answer(path, encoding), encoding);
      response.writeHead(status, headers);
      response.end(bytes);
    });
    return site;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((settle) => this.#server.close(settle));
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Other files of the site's folder from now on. */
  take(folder: string): void {
    cpSync(folder, this.folder, { recursive: true });
  }

  #answer(path: string, encoding: string): SiteAnswer {
    const isFile = path === 'bundle.json' || this.list.files.some((file) => file.path === path);
    const isAddress = !isFile && !path.includes('.');
    if (!isFile && !isAddress) return { status: 404, headers: {}, bytes: new Uint8Array(0) };
    const name = isAddress ? 'index.html' : path;
    const type = types[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
    const headers: Record<string, string> = {
      'content-type': type,
      'content-security-policy': name === 'viewer.html' ? webPolicies.viewer : webPolicies.app,
      ...webPageHeaders,
    };
    if (name === 'assets/app.js' && encoding.includes('gzip')) {
      headers['content-encoding'] = 'gzip';
      return { status: 200, headers, bytes: readFileSync(join(this.folder, 'assets/app.js.gz')) };
    }
    return { status: 200, headers, bytes: readFileSync(join(this.folder, name)) };
  }
}

/** The answer with other bytes, under the same encoding. */
export function withText(answer: SiteAnswer, change: (text: string) => string): SiteAnswer {
  const isPacked = answer.headers['content-encoding'] === 'gzip';
  const text = change(Buffer.from(isPacked ? gunzipSync(answer.bytes) : answer.bytes).toString());
  return { ...answer, bytes: isPacked ? gzipSync(text) : Buffer.from(text) };
}
