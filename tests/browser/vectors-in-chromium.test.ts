/**
 * Core, ledger and authority in a module worker of a real browser: the vectors that Node runs too, with native and with noble
 * HPKE, and bytes exchanged with Node in both directions. Skipped where Debian's Chromium is missing.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeHex, decodeUtf8, encodeHex, encodeUtf8 } from '@strongroom/core';
import type { CoreVector } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { runAuthorityVectors } from '../../packages/authority/tests/vectors-run.ts';
import type { AuthorityVectors } from '../../packages/authority/tests/vectors-run.ts';
import { runLedgerVectors } from '../../packages/ledger/tests/vectors-run.ts';
import type { VectorsReport, VectorsTask } from './pages/vectors-worker.ts';

const executablePath = '/usr/bin/chromium';
const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const pages = fileURLToPath(new URL('pages/', import.meta.url));
const vectorDirectory = fileURLToPath(new URL('../vectors/', import.meta.url));

function readVectors(area: string): { readonly [name: string]: unknown } {
  const files = readdirSync(join(vectorDirectory, area)).filter((name) => name.endsWith('.json'));
  return Object.fromEntries(
    files.map((name) => [
      name.slice(0, -'.json'.length),
      JSON.parse(readFileSync(join(vectorDirectory, area, name), 'utf8')) as unknown,
    ]),
  );
}

function readCoreVectors(): readonly CoreVector[] {
  const files = Object.values(readVectors('core')) as readonly { readonly vectors: readonly CoreVector[] }[];
  return files.flatMap(({ vectors }) => vectors);
}

function readAuthorityVectors(): AuthorityVectors {
  return readVectors('authority') as AuthorityVectors;
}

async function serve(directory: string): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const file = path === '/' ? join(pages, 'vectors.html') : join(directory, path);
    readFile(file).then(
      (bytes) => {
        response.setHeader('content-type', path === '/' ? 'text/html' : 'text/javascript');
        // The policy that the product serves: scripts of its own origin, WebAssembly allowed, no eval.
        response.setHeader(
          'content-security-policy',
          "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'",
        );
        response.end(bytes);
      },
      () => {
        response.statusCode = 404;
        response.end();
      },
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

describe.skipIf(!existsSync(executablePath))(
  'core, ledger and authority in a Chromium worker (skipped without /usr/bin/chromium)',
  () => {
    const engine = createNodeEngine();
    const seed = Uint8Array.from({ length: 32 }, (_, index) => index * 3);
    const context = { info: encodeUtf8('info'), aad: encodeUtf8('aad') };
    let directory = '';
    let task: VectorsTask;
    let report: VectorsReport;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'strongroom-core-'));
      await build({
        configFile: false,
        logLevel: 'error',
        root: pages,
        build: {
          outDir: directory,
          target: 'esnext',
          minify: false,
          rolldownOptions: {
            input: join(pages, 'vectors-worker.ts'),
            output: { entryFileNames: '[name].js', chunkFileNames: 'chunk-[name]-[hash].js' },
          },
        },
      });
      const publicKey = await engine.hpkePublicKey(seed);
      task = {
        core: readCoreVectors(),
        authority: readAuthorityVectors(),
        fromNode: {
          seed: encodeHex(seed),
          sealed: encodeHex(
            await engine.hpkeSeal({ publicKey, ...context, plaintext: encodeUtf8('from Node') }),
          ),
          publicKey: encodeHex(await engine.ed25519PublicKey(seed)),
          signature: encodeHex(await engine.signEd25519(seed, encodeUtf8('message'))),
        },
      };
      const { server, url } = await serve(directory);
      const browser = await chromium.launch({
        executablePath,
        args: chromiumArguments,
        chromiumSandbox: false,
      });
      try {
        const page = await browser.newPage();
        await page.goto(url);
        await page.waitForFunction('typeof window.runVectors === "function"');
        report = await page.evaluate(
          (input) =>
            (globalThis as unknown as { runVectors(task: VectorsTask): Promise<VectorsReport> }).runVectors(
              input,
            ),
          task,
        );
      } finally {
        await browser.close();
        server.closeAllConnections();
        server.close();
      }
    });

    afterAll(async () => {
      await rm(directory, { recursive: true, force: true });
    });

    test('every vector passes, with each HPKE there is, as many as in Node', async () => {
      expect(report.error).toBeUndefined();
      expect(report.runs.map((run) => run.hpke)).toEqual(
        report.hasNativeHpke ? ['native', 'noble'] : ['noble'],
      );
      const inNode = {
        core: task.core.length,
        ledger: (await runLedgerVectors(engine)).checks,
        authority: (await runAuthorityVectors(engine, task.authority)).passed,
      };
      expect(Math.min(...Object.values(inNode))).toBeGreaterThan(10);
      for (const run of report.runs) expect(run).toMatchObject({ passed: inNode, failures: [] });
    });

    test('what Node sealed and signed, the browser opens and verifies', () => {
      for (const run of report.runs)
        expect(run).toMatchObject({ opened: encodeHex(encodeUtf8('from Node')), isVerified: true });
    });

    test('what the browser sealed and signed, Node opens and verifies', async () => {
      const opened = await engine.hpkeOpen({ seed, ...context, sealed: decodeHex(report.sealed) });
      expect(decodeUtf8(opened)).toBe('from the browser');
      const publicKey = await engine.ed25519PublicKey(seed);
      const message = encodeUtf8('from the browser');
      expect(await engine.verifyEd25519Strict(publicKey, message, decodeHex(report.signature))).toBe(true);
    });
  },
);
