/** A browser with the device in its worker: the bundle and the storage come from here, everything else goes on to the server. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeBase64url } from '@strongroom/core';
import { chromium } from 'playwright-core';
import { build } from 'vite';
import { chromiumPath } from '../web/open-chromium.ts';
import type { ClientsOrder } from './clients-worker.ts';
import type { UnlockReport } from './measure-unlock.ts';

const pages = fileURLToPath(new URL('.', import.meta.url));
const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface ClientsBrowser {
  readonly version: string;
  readonly run: (order: ClientsOrder) => Promise<UnlockReport>;
  readonly close: () => Promise<void>;
}

/** Starts it. `entries` is what the worker's storage is filled with. */
export async function startClientsBrowser(
  serverUrl: string,
  entries: ReadonlyMap<string, Uint8Array>,
): Promise<ClientsBrowser> {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-bench-clients-'));
  await build({
    configFile: false,
    logLevel: 'error',
    root: pages,
    build: {
      outDir: join(folder, 'pages'),
      target: 'esnext',
      rolldownOptions: {
        input: join(pages, 'clients-worker.ts'),
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunk-[name]-[hash].js' },
      },
    },
  });
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const file = path === '/' ? join(pages, 'clients.html') : join(folder, 'pages', path);
    if (path.startsWith('/v1/')) {
      passOn(serverUrl, request).then(
        ({ status, type, body }) => response.writeHead(status, { 'content-type': type }).end(body),
        () => response.writeHead(502).end(),
      );
    } else if (path === '/storage') {
      const rows = [...entries].map(([key, bytes]) => [key, encodeBase64url(bytes)]);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(rows));
    } else if (existsSync(file)) {
      response.setHeader('content-type', path === '/' ? 'text/html' : 'text/javascript');
      response.end(readFileSync(file));
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const browser = await chromium.launchPersistentContext(join(folder, 'profile'), {
    executablePath: chromiumPath,
    args: chromiumArguments,
    chromiumSandbox: false,
  });
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.waitForFunction('typeof window.runClients === "function"');
  return {
    version: browser.browser()?.version() ?? 'unknown',
    async run(order) {
      const report = await page.evaluate(
        (given) =>
          (globalThis as unknown as { runClients(order: ClientsOrder): Promise<UnlockReport> }).runClients(
            given,
          ),
        order,
      );
      if (report.error !== undefined) throw new Error(report.error);
      return report;
    },
    async close() {
      await browser.close();
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function passOn(
  serverUrl: string,
  request: IncomingMessage,
): Promise<{ readonly status: number; readonly type: string; readonly body: Uint8Array }> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  const { authorization, 'content-type': type } = request.headers;
  const response = await fetch(serverUrl + (request.url ?? ''), {
    method: request.method ?? 'GET',
    headers: {
      ...(authorization === undefined ? {} : { authorization }),
      ...(type === undefined ? {} : { 'content-type': type }),
    },
    ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? 'application/octet-stream',
    body: new Uint8Array(await response.arrayBuffer()),
  };
}
