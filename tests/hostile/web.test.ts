/** A server that gives browsers other code than the firm published, older code, or addresses of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decodeEntry } from '@strongroom/authority';
import { createHttpTransport } from '@strongroom/cli';
import { StrongroomError } from '@strongroom/core';
import { openDevice, unlock } from '@strongroom/device';
import type { Device, RunningBundle } from '@strongroom/device';
import { endpoints } from '@strongroom/protocol';
import { CliPerson } from '../canary/cli-person.ts';
import { getAttack } from './harness/attacks.ts';
import { createCollectingSink } from './harness/collecting-sink.ts';
import type { DeviceHome } from './harness/device-home.ts';
import { answerRaw } from './harness/hostile-server.ts';
import { foundOffice, RealFirm, sourceOf } from './harness/real-firm.ts';
import type { Office } from './harness/real-firm.ts';
import { makeBundle, put, WebSite, withText, writeList } from './harness/web-site.ts';
import type { SiteMutator } from './harness/web-site.ts';

interface Verdict {
  readonly state: 'good' | 'older' | 'differs';
  readonly hash: string;
  readonly differences: readonly { readonly file: string; readonly kind: string; readonly what?: string }[];
}

const codeOf = async (run: Promise<unknown>): Promise<string> => {
  const thrown: unknown = await run.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  return thrown instanceof StrongroomError ? thrown.code : `no refusal: ${String(thrown)}`;
};

/** Another host, where nothing of the firm may ever be asked for. */
class ForeignHost {
  readonly server: Server = createServer((request, response) => {
    this.asked.push(request.url ?? '');
    response.setHeader('content-type', 'application/json');
    response.end('{}');
  });
  readonly asked: string[] = [];
  url = '';

  async start(): Promise<void> {
    await new Promise<void>((settle) => this.server.listen(0, '127.0.0.1', settle));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'sr-web-firm-'));
const foreign = new ForeignHost();
let firm: RealFirm;
let ada: CliPerson;
let site: WebSite;

beforeAll(async () => {
  await foreign.start();
  firm = await RealFirm.start();
  ada = new CliPerson(folder, { password: 'correct horse battery staple', nowMs: () => Date.now() });
  const answers = ['--name', 'Vogel', '--language', 'en', '--country', 'IE', '--profession', 'law'];
  const kit = ['--person', 'Ada Vogel', '--kit-file', 'kit.txt', '--prove-kit', 'kit.txt', '--sign-kit-note'];
  await ada.run(
    ['firm', 'create', '--server', firm.server.url, ...answers, ...kit],
    firm.server.firstRunCode ?? '',
  );
  site = await WebSite.start(makeBundle(3));
  await publish(site.folder, site.list.hash);
}, 180_000);
afterAll(async () => {
  await site?.close();
  foreign.server.close();
  await firm?.remove();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  site.mutator = (_path, answer) => answer;
  site.asked.length = 0;
  foreign.asked.length = 0;
});

async function publish(from: string, hash: string, more: readonly string[] = []): Promise<unknown> {
  return await ada.run(['bundle', 'publish', '--web', from, '--confirm', hash.slice(0, 8), ...more]);
}

async function verify(
  more: readonly string[] = [],
): Promise<{ readonly exitCode: number; readonly said: string; readonly verdict: Verdict }> {
  const { exitCode, out } = await ada.try(['verify-web', site.url, '--json', ...more]);
  const words = await ada.try(['verify-web', site.url, ...more]);
  expect(words.exitCode).toBe(exitCode);
  return { exitCode, said: words.out + words.err, verdict: JSON.parse(out) as Verdict };
}

/** Sets the site up, and expects a refusal that names the file. */
async function expectRefused(id: string, file: string, kind: string, mutator: SiteMutator): Promise<void> {
  site.mutator = mutator;
  // The ledger and a hash on paper say the same here, and paper needs no device to be unlocked each time.
  const { exitCode, said, verdict } = await verify(['--hash', site.list.hash]);
  expect(exitCode).toBe(5);
  expect(verdict.state).toBe('differs');
  expect(verdict.differences).toContainEqual(expect.objectContaining({ file, kind }));
  expect(said).toContain(file);
  expect(getAttack(id).expected).toContain('BUNDLE_DIFFERS');
}

describe('K1: other code than was published', () => {
  test('K1: an honest server passes, and the check says line, signer and hash', async () => {
    const { exitCode, said, verdict } = await verify();
    expect([exitCode, verdict.state, verdict.differences]).toEqual([0, 'good', []]);
    expect(verdict.hash).toBe(site.list.hash);
    expect(said).toMatch(/line \d+, signed by Ada Vogel at 20\d\d-/u);
    expect(said).toContain(site.list.hash);
  });

  test.each(['index.html', 'viewer.html', 'assets/app.js', 'assets/key-worker.js', 'assets/app.css'])(
    'K1: one byte of %s is changed',
    async (file) => {
      await expectRefused('K1', file, 'changed', (path, answer) =>
        path === file ? withText(answer, (text) => text.replace('e', 'E')) : answer,
      );
    },
  );

  test('K1: a byte is changed, and the ledger decides', async () => {
    site.mutator = (path, answer) =>
      path === 'assets/key-worker.js' ? withText(answer, (text) => text.replace('e', 'E')) : answer;
    const { exitCode, said, verdict } = await verify();
    expect([exitCode, verdict.state]).toEqual([5, 'differs']);
    expect(said).toContain('assets/key-worker.js');
  });

  test('K1: the compressed twin alone holds other code', async () => {
    await expectRefused('K1', 'assets/app.js', 'changed', (path, answer) =>
      path === 'assets/app.js' && answer.headers['content-encoding'] === 'gzip'
        ? withText(answer, (text) => `${text}steal();\n`)
        : answer,
    );
  });

  test('K1: the page is another at an address deep in the application', async () => {
    await expectRefused('K1', 'clients', 'changed', (path, answer) =>
      path === 'clients' ? withText(answer, (text) => text.replace('</body>', '<p>.</p></body>')) : answer,
    );
  });

  test('K1: a file is added that the page leads to', async () => {
    const evil = 'steal();\n';
    await expectRefused('K1', 'index.html', 'unlisted', (path, answer) => {
      if (path === 'assets/evil.js') return { ...answer, status: 200, bytes: Buffer.from(evil) };
      return path === 'index.html'
        ? withText(answer, (text) =>
            text.replace('</head>', '<script src="/assets/evil.js"></script></head>'),
          )
        : answer;
    });
  });

  test('K1: the list is made anew for the altered files: the hash is not the one signed', async () => {
    const altered = makeBundle(3);
    put(altered.folder, 'assets/app.js', 'steal();\n');
    const list = writeList(
      altered.folder,
      3,
      altered.list.files.map(({ path }) => path),
    );
    const other = await WebSite.start({ folder: altered.folder, list });
    const { exitCode, out } = await ada.try(['verify-web', other.url, '--json']);
    const verdict = JSON.parse(out) as Verdict;
    expect([exitCode, verdict.state]).toEqual([5, 'differs']);
    // The ledger has the hash alone; whoever has built the bundle himself learns which file it is.
    const named = await ada.try(['verify-web', other.url, '--json', '--web', site.folder]);
    expect(named.exitCode).toBe(5);
    expect((JSON.parse(named.out) as Verdict).differences).toContainEqual(
      expect.objectContaining({ file: 'assets/app.js', kind: 'changed' }),
    );
    const paper = await ada.try(['verify-web', other.url, '--json', '--hash', site.list.hash]);
    expect(paper.exitCode).toBe(5);
    await other.close();
  });

  test.each([
    ['script-src is wider', 'index.html', "script-src 'self'", "script-src 'self' 'unsafe-inline'"],
    ['connect-src leads elsewhere', 'index.html', "connect-src 'self'", 'connect-src *'],
    ['a worker may connect elsewhere', 'assets/key-worker.js', "connect-src 'self'", 'connect-src *'],
    ['the viewer is not sandboxed', 'viewer.html', 'sandbox allow-scripts;', ''],
    ['Trusted Types are off', 'index.html', "require-trusted-types-for 'script';", ''],
  ])('K1: the policy is weakened: %s', async (_name, file, from, to) => {
    const name = 'content-security-policy';
    await expectRefused('K1', file, 'header', (path, answer) =>
      path === file
        ? {
            ...answer,
            headers: { ...answer.headers, [name]: (answer.headers[name] ?? '').replace(from, to) },
          }
        : answer,
    );
  });

  test.each([
    'cross-origin-opener-policy',
    'cross-origin-embedder-policy',
    'x-content-type-options',
    'content-security-policy',
  ])('K1: the header %s is gone', async (name) => {
    await expectRefused('K1', 'index.html', 'header', (_path, answer) => {
      const { [name]: _gone, ...headers } = answer.headers;
      return { ...answer, headers };
    });
  });

  test.each([
    ['link', '</assets/evil.css>; rel=stylesheet'],
    ['service-worker-allowed', '/'],
    ['content-type', 'text/html'],
  ])('K1: the header %s is added or another', async (name, value) => {
    await expectRefused('K1', 'assets/app.js', 'header', (_path, answer) => ({
      ...answer,
      headers: { ...answer.headers, [name]: value },
    }));
  });
});

describe('K2: an older bundle', () => {
  let office: Office;
  beforeAll(async () => {
    office = await foundOffice();
  }, 180_000);
  afterAll(async () => await office.firm.remove());

  /** Opens a device as the code of a bundle does, after signing in. */
  async function openAs(home: DeviceHome, bundle: RunningBundle): Promise<Device> {
    const environment = { ...home.environment, bundle };
    return await openDevice(environment, await unlock(environment, { password: home.password }));
  }
  const hash = (digit: string): string => digit.repeat(64);
  const release = async (device: Device): Promise<unknown> =>
    await device.records.open({ record: office.long, sink: createCollectingSink(), purpose: 'work' });

  test('K2: below the minimum nothing is unlocked, opened or written; at the minimum all is', async () => {
    const home = office.colleague.copy();
    const { bundles } = await office.owner.device();
    await bundles.publish({ number: 4, hash: hash('a'), minimum: 3 });
    home.server.clear();
    const refused = await codeOf(openAs(home, { number: 2 }));
    expect(getAttack('K2').expected).toContain(refused);
    expect(refused).toBe('BUNDLE_TOO_OLD');
    const names = new Set(home.server.exchanges.map(({ name }) => name));
    expect([...names].filter((name) => !['startSignIn', 'finishSignIn', 'sync'].includes(name))).toEqual([]);
    const device = await openAs(home, { number: 3 });
    await release(device);
    await device.close();
  });

  test('K2: a server that hides the statement is found out', async () => {
    const home = office.colleague.copy();
    const { bundles } = await office.owner.device();
    await bundles.publish({ number: 5, hash: hash('b'), minimum: 5 });
    home.server.attack('sync', async ({ pass }) => {
      const answer = await pass();
      const entries = answer.entries.filter(({ entry }) => decodeEntry(entry).body.k !== 'bundle.published');
      return { ...answer, entries };
    });
    const refused = await codeOf(openAs(home, { number: 4 }));
    expect(home.server.mutated).toBeGreaterThan(0);
    expect(getAttack('K2').expected).toContain(refused);
    home.server.behave();
    expect(await codeOf(openAs(home, { number: 4 }))).toBe('BUNDLE_TOO_OLD');
  });

  test('K2: an answer from before the statement is too old after ten minutes', async () => {
    const home = office.colleague.copy();
    const kept = new Map<string, never>();
    home.server.attack('sync', async ({ body, pass }) => {
      const answer = await pass();
      kept.set(body.ledger, answer as never);
      return answer;
    });
    await (await openAs(home, { number: 5 })).close();
    const { bundles } = await office.owner.device();
    await bundles.publish({ number: 6, hash: hash('c'), minimum: 6 });
    await office.firm.advance(11 * 60_000);
    home.server.attack('sync', async ({ body, pass }) => {
      const old = kept.get(body.ledger) as Awaited<ReturnType<typeof pass>> | undefined;
      return old === undefined ? await pass() : { ...old, entries: [] };
    });
    const refused = await codeOf(openAs(home, { number: 5 }));
    expect(getAttack('K2').expected).toContain(refused);
    home.server.behave();
    expect(await codeOf(openAs(home, { number: 5 }))).toBe('BUNDLE_TOO_OLD');
  });

  test('K2: a statement of somebody without the right raises no minimum', async () => {
    const outsider = await office.outsider.device();
    const refused = await codeOf(outsider.bundles.publish({ number: 7, hash: hash('d'), minimum: 7 }));
    expect(refused).toBe('ENTRY_REFUSED');
    const device = await openAs(office.colleague.copy(), { number: 6 });
    await device.close();
  });

  test('K2: verify-web says that an older bundle is given out', async () => {
    const next = makeBundle(4);
    await publish(next.folder, next.list.hash);
    const { exitCode, said, verdict } = await verify();
    expect([exitCode, verdict.state]).toEqual([1, 'older']);
    expect(said).toContain('version 4');
    site.mutator = (path, answer) =>
      path === 'bundle.json' ? withText(answer, (text) => text.replace('"number":3', '"number":4')) : answer;
    expect((await verify()).exitCode).toBe(5);
    rmSync(next.folder, { recursive: true, force: true });
  });

  describe('K3: addresses and switches from the server', () => {
    const additions = (): Readonly<Record<string, unknown>> => ({
      server: foreign.url,
      endpoints: { release: `${foreign.url}/v1/release` },
      features: { skipVerification: true, escrow: foreign.url },
      minimum: 0,
    });

    test('K3: members added to an answer make it no answer; nothing goes elsewhere', async () => {
      for (const name of ['sync', 'release', 'getVersion', 'listVaults'] as const) {
        const home = office.colleague.copy();
        const device = await home.device();
        home.server.attack(name, async ({ pass }) => {
          const answer = (await pass()) as Parameters<typeof endpoints.sync.output.encode>[0];
          const { output } = endpoints[name] as unknown as typeof endpoints.sync;
          return answerRaw({ ...output.encode(answer), ...additions() });
        });
        const source = sourceOf('note', new Uint8Array(2_000));
        const refused = await codeOf(
          device.sync().then(async () => {
            await release(device);
            await device.records.add({ room: office.room, source });
          }),
        );
        expect(home.server.mutated, name).toBeGreaterThan(0);
        expect(getAttack('K3').expected, name).toContain(refused);
      }
      expect(foreign.asked).toEqual([]);
    });

    test('K3: a redirection is no answer, for the device’s calls and for the check', async () => {
      site.mutator = (path, answer) => ({
        ...answer,
        status: 307,
        headers: { location: `${foreign.url}/${path}` },
      });
      const transport = createHttpTransport(site.url);
      await expect(transport.send({ method: 'GET', path: '/v1/health' })).rejects.toMatchObject({
        cause: { message: 'unexpected redirect' },
      });
      const { exitCode } = await verify();
      expect(exitCode).toBe(5);
      expect(foreign.asked).toEqual([]);
    });

    test('K3: what the list says beside numbers and hashes is left out', async () => {
      site.mutator = (path, answer) =>
        path === 'bundle.json'
          ? withText(answer, (text) => JSON.stringify({ ...(JSON.parse(text) as object), ...additions() }))
          : answer;
      const { verdict } = await verify(['--hash', site.list.hash]);
      expect(verdict.state).toBe('good');
      expect(foreign.asked).toEqual([]);
    });

    test.each([
      '//HOST/app.js',
      'http://HOST/app.js',
      '../../etc/passwd',
      '/assets/app.js',
      'assets/app.js?x',
    ])('K3: the list leads to %s: it is no list, and nothing is fetched', async (path) => {
      const wrong = path.replace('HOST', foreign.url.slice('http://'.length));
      site.mutator = (asked, answer) =>
        asked === 'bundle.json'
          ? withText(answer, (text) =>
              text.replace('"path":"assets/app.js"', `"path":${JSON.stringify(wrong)}`),
            )
          : answer;
      const { exitCode, verdict } = await verify(['--hash', site.list.hash]);
      expect(exitCode).toBe(5);
      expect(verdict.differences).toContainEqual(
        expect.objectContaining({ file: 'bundle.json', kind: 'list' }),
      );
      expect(foreign.asked).toEqual([]);
      expect(site.asked.every((one) => one === 'bundle.json')).toBe(true);
    });
  });
});
