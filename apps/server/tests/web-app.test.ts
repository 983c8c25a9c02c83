/** The web app as a running server gives it out: what is there, under which headers, and what is not. */
import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, systemClock } from '../src/index.ts';
import type { Clock, RunningServer } from '../src/index.ts';
import { writeBuiltWeb } from './built-web.ts';
import { makeHome } from './running-server.ts';
import { TestMember } from './test-member.ts';

const home = makeHome();
const webRoot = join(home.path, 'web');
const script = `export const text = ${JSON.stringify('much of the same, '.repeat(50))};`;
const files = {
  'index.html': '<!doctype html><title>app</title>',
  'viewer.html': '<!doctype html><title>viewer</title>',
  'favicon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  'site.webmanifest': '{}',
  'assets/app-1.js': script,
  'assets/pdf-1.mjs': 'export {};',
  'assets/core-1.wasm': Uint8Array.of(0, 97, 115, 109),
  'assets/app-1.css': 'main { color: black }',
  'assets/font-1.woff2': 'font',
  'assets/font-1.ttf': 'font',
  'assets/map-1.bcmap': 'map',
  'assets/font-1.pfb': 'font',
  'assets/words-1.json': '{}',
};
let skippedMs = 0;
/** Passes only where a test says so: the server looks for another edition once a second. */
const clock: Clock = { ...systemClock, monotonicMs: () => skippedMs };
let server: RunningServer;
let hash: string;

beforeAll(async () => {
  hash = writeBuiltWeb(webRoot, files);
  server = await startServer({ home: join(home.path, 'home'), port: 0, webRoot, clock });
});
afterAll(async () => {
  await server?.close();
  home.remove();
});

type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer };

/** As it is written, without what `fetch` would put right or refuse to send. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    sent.once('error', reject).end();
  });
}

const page = { accept: 'text/html,*/*;q=0.8' };

describe('what is there', () => {
  test.each(['/', '/start', '/rooms/C-2K7Q/documents', '/index.html'])('%s is the app', async (path) => {
    const { status, headers, body } = await get(path, page);
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'text/html; charset=utf-8',
      'no-store',
    ]);
    expect(headers['content-security-policy']).toContain('trusted-types strongroom');
    expect(body.toString()).toBe(files['index.html']);
  });

  test('the viewer has its own policy', async () => {
    const { headers, body } = await get('/viewer.html', page);
    expect(headers['content-security-policy']).toMatch(/^sandbox allow-scripts;/);
    expect(body.toString()).toBe(files['viewer.html']);
  });

  test.each([
    ['/assets/app-1.js', 'text/javascript; charset=utf-8'],
    ['/assets/pdf-1.mjs', 'text/javascript; charset=utf-8'],
    ['/assets/core-1.wasm', 'application/wasm'],
    ['/assets/app-1.css', 'text/css; charset=utf-8'],
    ['/assets/font-1.woff2', 'font/woff2'],
    ['/assets/font-1.ttf', 'font/ttf'],
    ['/assets/map-1.bcmap', 'application/octet-stream'],
    ['/assets/font-1.pfb', 'application/octet-stream'],
    ['/assets/words-1.json', 'application/json'],
    ['/favicon.svg', 'image/svg+xml'],
    ['/site.webmanifest', 'application/manifest+json'],
    ['/bundle.json', 'application/json'],
  ])('%s is %s', async (path, mediaType) => {
    const { status, headers } = await get(path);
    expect([status, headers['content-type'], headers['x-content-type-options']]).toEqual([
      200,
      mediaType,
      'nosniff',
    ]);
  });

  test('a script comes compressed as it is wished, and is the same bytes', async () => {
    const plain = await get('/assets/app-1.js');
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.body.toString()).toBe(script);
    const brotli = await get('/assets/app-1.js', { 'accept-encoding': 'gzip, deflate, br' });
    expect([brotli.headers['content-encoding'], brotliDecompressSync(brotli.body).toString()]).toEqual([
      'br',
      script,
    ]);
    const gzip = await get('/assets/app-1.js', { 'accept-encoding': 'gzip, br;q=0' });
    expect([gzip.headers['content-encoding'], gunzipSync(gzip.body).toString()]).toEqual(['gzip', script]);
    expect(gzip.headers['vary']).toBe('accept-encoding');
  });

  test('what did not change is not sent again; HEAD sends no body', async () => {
    const { headers } = await get('/favicon.svg');
    const again = await get('/favicon.svg', { 'if-none-match': headers['etag'] ?? '' });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    const head = await get('/favicon.svg', {}, 'HEAD');
    expect([head.status, head.body.length]).toEqual([200, 0]);
  });
});

describe('what is not there', () => {
  test.each([
    '/.stamp',
    '/assets/.hidden',
    '/assets/../.stamp',
    '/assets/%2e%2e/.stamp',
    '/..%2f..%2fetc/passwd',
    '/assets/..%5c..%5chome%5cconfig.json',
    '/../home/config.json',
    '//etc/passwd',
    '/assets/app-1.js.br',
    '/assets/app-2.js',
    '/assets/',
    '/assets',
    '/config.json',
    '/authority.crt',
    '/v1/nothing',
    '/__proto__',
    '/constructor.html',
  ])('%s', async (path) => {
    const { status, body } = await get(path, { accept: 'application/json' });
    expect(status).toBe(404);
    expect(JSON.parse(body.toString())).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('an address of the app is no answer to a program, nor to anything but GET', async () => {
    expect((await get('/rooms/C-2K7Q', { accept: '*/*' })).status).toBe(404);
    expect((await get('/', page, 'POST')).status).toBe(404);
    expect((await get('/v1/health', page)).headers['content-type']).toBe('application/json');
    expect((await get('/v1/nothing', page)).status).toBe(404);
  });

  test('a file beside the list is not known, also where it lies in the folder', async () => {
    writeFileSync(join(webRoot, 'assets', 'planted-1.js'), 'export {};');
    expect((await get('/assets/planted-1.js')).status).toBe(404);
  });
});

describe('who may ask', () => {
  test('files follow the rule of the calls: own host, own origin, no other site', async () => {
    for (const path of ['/', '/favicon.svg', '/assets/app-1.js', '/viewer.html']) {
      const refused = [
        { host: 'strongroom.example' },
        { origin: 'https://other.example' },
        { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'iframe' },
        { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'script' },
      ];
      for (const headers of refused) {
        const { status, body } = await get(path, { ...page, ...headers });
        expect([path, headers, status]).toEqual([path, headers, 421]);
        expect(JSON.parse(body.toString())).toMatchObject({ code: 'HOST_REFUSED' });
      }
    }
  });

  test('the sealed viewer’s frame, which has no origin of its own, gets assets and nothing else', async () => {
    const sealed = { origin: 'null', 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'script' };
    const { status, headers } = await get('/assets/app-1.js', sealed);
    expect([status, headers['access-control-allow-origin']]).toEqual([200, '*']);
    for (const path of ['/', '/viewer.html', '/bundle.json', '/v1/health'])
      expect((await get(path, { ...page, ...sealed })).status).toBe(421);
  });

  test('a link in a message opens the app; a call from there does not reach it', async () => {
    const link = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    expect((await get('/enrol', { ...page, ...link })).status).toBe(200);
    expect((await get('/v1/health', link)).status).toBe(421);
  });
});

describe('editions', () => {
  test('doctor tells which one is served', async () => {
    const owner = await TestMember.createFirm(server.url, server.firstRunCode ?? '');
    const findings = (await owner.call('GET', '/v1/doctor')).json['findings'];
    expect(findings).toContainEqual({ code: 'WEB_BUNDLE', severity: 'info', details: { number: 1, hash } });
    expect(findings).toContainEqual({ code: 'TLS_LOOPBACK', severity: 'info', details: {} });
  });

  test('a new one is taken over by itself, and pages of the one before still find their assets', async () => {
    writeBuiltWeb(webRoot, { 'index.html': '<title>second</title>', 'assets/app-2.js': 'export {};' }, 2);
    expect((await get('/', page)).body.toString()).toBe(files['index.html']);
    skippedMs += 1_100;
    expect((await get('/', page)).body.toString()).toBe('<title>second</title>');
    expect((await get('/assets/app-2.js')).status).toBe(200);
    expect((await get('/assets/app-1.js')).body.toString()).toBe(script);
    expect((await get('/viewer.html', page)).status).toBe(404);
  });

  test('one whose files are not those of its list is not served, and a page says so', async () => {
    writeBuiltWeb(webRoot, { ...files, 'index.html': '<title>third</title>' }, 3);
    writeFileSync(join(webRoot, 'assets', 'app-1.js'), `${script} `);
    skippedMs += 1_100;
    const altered = await get('/', { ...page, 'accept-language': 'fr-CH, fr;q=0.9' });
    expect(altered.body.toString()).toContain('ne sont pas ceux de sa liste');
    expect(altered.body.toString()).not.toContain('third');
    expect((await get('/assets/core-1.wasm')).status).toBe(404);
  });

  test.each([
    ['en-GB,en', 'lang="en"', 'is not built here'],
    ['fr', 'lang="fr"', 'n’est pas construite ici'],
    ['de, zh-Hans-CN;q=0.7', 'lang="zh"', '尚未构建网页应用'],
    ['pl', 'lang="pl"', 'nie jest tu zbudowana'],
  ])('where none is built, a plain page says in %s how to build it', async (language, lang, words) => {
    try {
      unlinkSync(join(webRoot, 'bundle.json'));
    } catch {
      // gone since the first of these
    }
    skippedMs += 1_100;
    const { status, headers, body } = await get('/start', { ...page, 'accept-language': language });
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none';/);
    expect(body.toString()).toContain(lang);
    expect(body.toString()).toContain(words);
    expect(body.toString()).toContain('tools/build-web.ts');
  });
});
