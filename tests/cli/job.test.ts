// long: one job from the founding to the certificate, in the order in which two people do it.
/**
 * The main job, as the README shows it: two people with two homes, real files, the real server with its warden, every command
 * as a process of its own through the `strongroom` launcher. STRONGROOM_LONG=1 uses a file of 200 MB instead of 20 MB.
 * After the clock was moved the commands run inside this process, with a clock that moved along.
 */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  copyFileSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCli } from '@strongroom/cli';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPdfWords } from '../e2e/pdf-words.ts';
import { optionsOf, readReadmeBlocks, wordsOf } from './readme-commands.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'sr-job-'));
const bigSizeBytes = process.env['STRONGROOM_LONG'] === '1' ? 200_000_000 : 20_000_000;
/** 16 segments of plaintext. */
const partSizeBytes = 16 * 262_112;
const graceMs = 72 * 3_600_000;
const stepMs = 120_000;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Every command line of the job. */
const typed: (readonly string[])[] = [];

/** One person at the command line, with a home and a working folder of his own. */
class Person {
  readonly home: string;
  readonly cwd: string;
  readonly #environment: NodeJS.ProcessEnv;

  constructor(name: string) {
    this.home = join(folder, name, 'home');
    this.cwd = join(folder, name, 'files');
    mkdirSync(this.cwd, { recursive: true });
    this.#environment = {
      PATH: process.env['PATH'],
      HOME: join(folder, name),
      XDG_RUNTIME_DIR: join(folder, 'run'),
      STRONGROOM_CLIENT_HOME: this.home,
      STRONGROOM_LANG: 'en',
    };
  }

  /** Starts a command; `secrets` are given on descriptors 3 and on. */
  start(args: readonly string[], secrets: readonly string[] = []): ReturnType<typeof spawn> {
    typed.push(args);
    const child = spawn(process.execPath, [join(root, 'bin/strongroom.mjs'), ...args], {
      cwd: this.cwd,
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'pipe', ...secrets.map(() => 'pipe' as const)],
    });
    for (const [place, secret] of secrets.entries()) {
      const pipe = child.stdio[place + 3] as NodeJS.WritableStream;
      pipe.on('error', () => undefined); // a command that refuses early does not read it
      pipe.end(`${secret}\n`);
    }
    return child;
  }

  async run(args: readonly string[], secrets: readonly string[] = []): Promise<Ended> {
    const child = this.start(args, secrets);
    const texts = { out: '', err: '' };
    child.stdout?.on('data', (bytes) => (texts.out += String(bytes)));
    child.stderr?.on('data', (bytes) => (texts.err += String(bytes)));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, ...texts };
  }

  /** Runs a command that must succeed and gives its JSON. */
  async json<T>(args: readonly string[], secrets: readonly string[] = []): Promise<T> {
    const { code, out, err } = await this.run([...args, '--json'], secrets);
    expect(code, `${args.join(' ')}\n${err}`).toBe(0);
    return JSON.parse(out) as T;
  }

  /** Runs a command that must be refused; gives the code of the refusal. */
  async refusal(args: readonly string[], exitCode = 1): Promise<string> {
    const { code, err } = await this.run([...args, '--json']);
    expect(code, `${args.join(' ')}\n${err}`).toBe(exitCode);
    const lines = err.trim().split('\n');
    return (JSON.parse(lines.at(-1) ?? '{}') as { error: { code: string } }).error.code;
  }

  /** Runs a command in this process, with a moved clock, unlocking with the password for this command alone. */
  async later(
    args: readonly string[],
    options: { readonly aheadMs: number; readonly password: string },
  ): Promise<Ended> {
    typed.push(args);
    const texts = { out: '', err: '' };
    const secret = join(this.home, 'secret-of-test');
    writeFileSync(secret, `${options.password}\n`, { mode: 0o600 });
    const descriptor = openSync(secret, 'r');
    rmSync(secret);
    const code = await runCli([...args, '--json', '--password-fd', String(descriptor)], {
      env: this.#environment,
      cwd: this.cwd,
      stdout: { write: (text) => (texts.out += String(text)) },
      stderr: { write: (text) => (texts.err += String(text)) },
      isInteractive: false,
      clock: { nowMs: () => Date.now() + options.aheadMs, sleep: async (ms) => await sleep(ms) },
      randomBytes: (length) => new Uint8Array(randomBytes(length)),
      userHome: folder,
      temporaryFolder: tmpdir(),
      userId: process.getuid?.(),
      interrupted: new AbortController().signal,
      startTimer: (ms, action) => {
        const timer = setTimeout(action, ms);
        return () => clearTimeout(timer);
      },
    });
    return { code, ...texts };
  }
}

const anna = new Person('anna');
const bartek = new Person('bartek');
const passwords = { anna: 'correct horse battery', bartek: 'another long password' };
const control = join(folder, 'ctl');
let server: ReturnType<typeof spawn>;
/** Parts of uploads that reached the server, from its log. */
let partsSent = 0;
const job = {
  url: '',
  firstRunCode: '',
  client: '',
  vault: '',
  document: '',
  big: '',
  invitation: '',
  fingerprint: '',
  disposal: '',
  root: '',
};

async function startServer(): Promise<void> {
  server = spawn(
    process.execPath,
    [
      join(root, 'tools/run.mjs'),
      'apps/server/src/main.ts',
      '--home',
      join(folder, 'server'),
      '--port',
      '0',
      '--json',
      '--test-control',
      control,
    ],
    { cwd: root, env: { ...process.env, STRONGROOM_UNSAFE_TEST: '1' }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  server.stderr?.on('data', (bytes) => (partsSent += String(bytes).split('"endpoint":"putPart"').length - 1));
  let text = '';
  await new Promise<void>((ready, failed) => {
    server.once('exit', () => failed(new Error(`the server ended: ${text}`)));
    server.stdout?.on('data', (bytes) => {
      text += String(bytes);
      for (const line of text.split('\n')) {
        if (!line.includes('"listening"') || !line.endsWith('}')) continue;
        const event = JSON.parse(line) as { url: string; firstRunCode?: string };
        job.url = event.url;
        job.firstRunCode = event.firstRunCode ?? '';
        ready();
      }
    });
  });
}

async function advanceClocks(ms: number): Promise<void> {
  for (const path of [`${control}.warden`, control]) {
    const socket = createConnection(path);
    socket.write(`${JSON.stringify({ op: 'clock.advance', ms })}\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(JSON.parse(String(answer))).toMatchObject({ ok: true });
    socket.destroy();
  }
}

function hashFile(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

async function makeFiles(): Promise<void> {
  mkdirSync(join(anna.cwd, 'case', 'pictures'), { recursive: true });
  writeFileSync(
    join(anna.cwd, 'case', 'contract.pdf'),
    Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(90_000)]),
  );
  writeFileSync(join(anna.cwd, 'case', 'letter.docx'), randomBytes(33_333));
  writeFileSync(join(anna.cwd, 'case', 'pictures', 'scan.png'), randomBytes(262_112));
  const video = createWriteStream(join(anna.cwd, 'video.mp4'));
  for (let left = bigSizeBytes; left > 0; left -= 1_000_000)
    video.write(randomBytes(Math.min(left, 1_000_000)));
  video.end();
  await finished(video);
}

beforeAll(async () => {
  mkdirSync(join(folder, 'run'), { mode: 0o700 });
  await makeFiles();
  await startServer();
}, stepMs);

afterAll(async () => {
  await anna.run(['lock']);
  await bartek.run(['lock']);
  server.kill('SIGTERM');
  if (server.exitCode === null) await once(server, 'exit');
  rmSync(folder, { recursive: true, force: true });
}, stepMs);

describe('the main job', { timeout: stepMs * 2 }, () => {
  test('the first person founds the firm with the server’s code and holds a kit', async () => {
    const made = await anna.json<{ kitFile: string; fingerprint: string }>(
      [
        'firm',
        'create',
        '--server',
        job.url,
        '--password-fd',
        '3',
        '--code-fd',
        '4',
        '--name',
        'Nowak i Wspólnicy',
      ]
        .concat([
          '--language',
          'pl',
          '--country',
          'PL',
          'FR',
          '--profession',
          'law',
          '--person',
          'Anna Nowak',
        ])
        .concat(['--kit-file', 'kit.txt', '--prove-kit', 'kit.txt', '--sign-kit-note']),
      [passwords.anna, job.firstRunCode],
    );
    expect(statSync(made.kitFile).mode & 0o777).toBe(0o600);
    const firm = await anna.json<{ name: string; root: string; countries: string[] }>(['firm', 'show']);
    expect(firm).toMatchObject({ name: 'Nowak i Wspólnicy', countries: ['PL', 'FR'] });
    expect(readFileSync(made.kitFile, 'utf8')).toContain(firm.root);
    job.root = firm.root;
    expect(await anna.refusal(['enrol', '--code', 'x', '--password-fd', '0'])).toBe('DEVICE_EXISTS');
  });

  test('a vault and a client, known outside by a code', async () => {
    job.vault = (await anna.json<{ vault: string }>(['vaults', 'add', '--name', 'Spory'])).vault;
    const client = await anna.json<{ code: string }>([
      'clients',
      'add',
      '--vault',
      'Spory',
      '--name',
      'Jan Kowalski',
      '--alias',
      'JK',
    ]);
    expect(client.code).toMatch(/^C-/u);
    job.client = client.code;
    const empty = await anna.run(['records', 'list', '--client', job.client]);
    expect(empty.out).toContain('records add');
  });

  test('folders and a large file are sealed; kill -9 in the middle, and the same command goes on', async () => {
    const args = [
      'records',
      'add',
      'case',
      'video.mp4',
      '--client',
      job.client,
      '--folder',
      '2026',
      '--json',
    ];
    const child = anna.start(args);
    await new Promise<void>((ready) => {
      let text = '';
      child.stderr?.on('data', (bytes) => {
        text += String(bytes);
        const events = text.split('\n').slice(0, -1);
        const last = events.findLast((line) => line.includes('video.mp4'));
        if (last === undefined) return;
        const { progress } = JSON.parse(last) as { progress: { doneBytes: number } };
        if (progress.doneBytes >= bigSizeBytes / 5) ready();
      });
      child.once('exit', () => ready());
    });
    expect(child.exitCode, 'it was still at work').toBeNull();
    killTree(child.pid ?? 0);
    await once(child, 'close');
    expect(await anna.json<unknown[]>(['records', 'unfinished'])).toHaveLength(1);

    const partsBefore = partsSent;
    const { code, out, err } = await anna.run(args);
    expect(code, err).toBe(0);
    const added = JSON.parse(out) as { alreadyDone: number; records: { record: string; resumed: boolean }[] };
    expect(added.alreadyDone).toBe(3);
    expect(added.records).toMatchObject([{ resumed: true }]);
    expect(partsSent - partsBefore, 'what was acknowledged is not sent again').toBeLessThan(
      Math.ceil(bigSizeBytes / partSizeBytes),
    );

    const rows = await anna.json<{ record: string; name: string; folder: string[]; sizeBytes: number }[]>([
      'records',
      'list',
      '--client',
      'jan kowalski',
    ]);
    expect(rows.map(({ folder: path, name }) => [...path, name].join('/')).toSorted()).toEqual([
      '2026/case/contract.pdf',
      '2026/case/letter.docx',
      '2026/case/pictures/scan.png',
      '2026/video.mp4',
    ]);
    job.document = rows.find(({ name }) => name === 'contract.pdf')?.record ?? '';
    job.big = rows.find(({ name }) => name === 'video.mp4')?.record ?? '';
  });

  test('a colleague enrols with a one-time code, is in no room, and is refused', async () => {
    const invited = await anna.run(['people', 'invite', '--name', 'Bartek Zielony', '--role', 'opener']);
    expect(invited.code, invited.err).toBe(0);
    const code = /^ {4}(\S+)$/mu.exec(invited.out)?.[1] ?? '';
    const made = await bartek.json<{ fingerprint: string }>(
      ['enrol', '--server', job.url, '--password-fd', '3', '--code-fd', '4', '--kit-file', 'kit.txt'].concat([
        '--prove-kit',
        'kit.txt',
        '--sign-kit-note',
      ]),
      [passwords.bartek, code],
    );
    job.fingerprint = made.fingerprint;
    expect(readFileSync(join(bartek.cwd, 'kit.txt'), 'utf8')).toContain(job.root);
    await bartek.run(['lock']);
    expect(await bartek.refusal(['clients', 'list'], 3)).toBe('DEVICE_LOCKED');
    await bartek.json(['unlock', '--password-fd', '3'], [passwords.bartek]);
    expect(await bartek.json<unknown[]>(['clients', 'list'])).toEqual([]);
    expect(['ACCESS_DENIED', 'NOT_FOUND']).toContain(
      await bartek.refusal(['records', 'open', job.document, '-o', 'x']),
    );
    expect(readdirSync(bartek.cwd)).toEqual(['kit.txt']);
    expect(await anna.refusal(['people', 'admit', 'Bartek Zielony', '--fingerprint', 'AAAA-AAAA'])).toBe(
      'FINGERPRINT_MISMATCH',
    );
    await anna.json(['people', 'admit', 'Bartek Zielony', '--fingerprint', job.fingerprint]);
  });

  test('with access he opens the same bytes, into a file of his own that nothing replaces', async () => {
    await anna.json(['access', 'grant', job.client, 'Bartek Zielony', '--fingerprint', job.fingerprint]);
    await bartek.json([
      'records',
      'open',
      job.big,
      '-o',
      'video.mp4',
      '--purpose',
      'review',
      '--reason',
      'kontrola',
    ]);
    expect(hashFile(join(bartek.cwd, 'video.mp4'))).toBe(hashFile(join(anna.cwd, 'video.mp4')));
    expect(statSync(join(bartek.cwd, 'video.mp4')).mode & 0o777).toBe(0o600);
    expect(await bartek.refusal(['records', 'open', job.document, '-o', 'video.mp4'])).toBe('TARGET_EXISTS');
    await bartek.json(['records', 'open', job.document, '-o', '.']);
    expect(hashFile(join(bartek.cwd, 'contract.pdf'))).toBe(hashFile(join(anna.cwd, 'case/contract.pdf')));
    expect(readdirSync(bartek.cwd).toSorted()).toEqual(['contract.pdf', 'kit.txt', 'video.mp4']);
  });

  test('the ledger says who, what, when, for what purpose, on which device; and proves it', async () => {
    const shown = await anna.run(['ledger', 'show', '--client', job.client, '--reasons']);
    expect(shown.out).toMatch(/Bartek Zielony opened video\.mp4 +review: kontrola +dev_/u);
    const verified = await anna.run(['ledger', 'verify']);
    expect(verified.code, verified.err).toBe(0);
    await anna.json(['ledger', 'export', 'exported', '--client', job.client]);
    const stranger = new Person('stranger');
    const exported = join(anna.cwd, 'exported');
    const offline = await stranger.json<{ trust: string; ledgers: { disagreements: unknown[] }[] }>([
      'ledger',
      'verify',
      exported,
      '--root',
      job.root,
    ]);
    expect(offline).toMatchObject({ trust: 'root', ledgers: [{ disagreements: [] }, { disagreements: [] }] });
    expect(existsSync(stranger.home)).toBe(false);
    expect(await stranger.refusal(['ledger', 'verify', exported, '--root', '00'], 5)).toBe(
      'GENESIS_MISMATCH',
    );
    await anna.json(['ledger', 'receipt', '4', '--client', job.client, '-o', 'line.tlog-proof']);
    expect(readFileSync(join(anna.cwd, 'line.tlog-proof'), 'utf8')).toMatch(
      /^c2sp\.org\/tlog-proof@v1\nextra \S+\nindex 4\n/u,
    );
    const receipt = join(anna.cwd, 'line.tlog-proof');
    const vault = readdirSync(exported).find((name) => name.startsWith('vlt_')) ?? '';
    const proved = ['ledger', 'verify', receipt, '--policy', join(exported, vault, 'policy')];
    expect(await stranger.json(proved)).toMatchObject({
      findings: [{ kind: 'receipt', trust: 'policy', line: { index: 4 } }],
    });
    expect((await stranger.run(proved)).out).toMatch(/Receipt of line 4: Proved/u);
    const alone = await stranger.run(['ledger', 'verify', receipt]);
    expect(alone.code).toBe(5);
    expect(alone.err).toContain('Signature not checked');
    copyFileSync(receipt, join(exported, 'line.tlog-proof'));
    const beside = ['ledger', 'verify', exported, '--root', job.root];
    expect(await stranger.json(beside)).toMatchObject({ trust: 'root', findings: [{ trust: 'root' }] });
    const forged = readFileSync(receipt, 'utf8').replace('index 4', 'index 3');
    writeFileSync(join(exported, 'line.tlog-proof'), forged);
    expect((await stranger.run(beside)).code).toBe(5);
    rmSync(join(exported, 'line.tlog-proof'));
    const mine = await bartek.json<{ alarming: number; raised: unknown[] }>(['ledger', 'mine']);
    expect(mine).toMatchObject({ alarming: 0, raised: [] });
    expect(await anna.json(['ledger', 'retention', '--years', '6'])).toMatchObject({ years: 6, due: [] });
    await anna.json(['ledger', 'report', '--client', job.client, '--since', '2026-01-01', '-o', 'list.csv']);
    const list = readFileSync(join(anna.cwd, 'list.csv'), 'utf8');
    expect(list).toContain(`,${job.client},`);
    expect(list).not.toMatch(/Bartek|video|kontrola/u);
    await anna.json(['ledger', 'report', '--client', job.client, '-o', 'list.pdf']);
    const sheets = (await readPdfWords(readFileSync(join(anna.cwd, 'list.pdf')))).join(' ');
    expect(sheets).toContain(job.client);
    expect(sheets).not.toMatch(/Bartek|video|kontrola/u);
    const named = ['ledger', 'report', '--client', job.client, '--names', '-o', 'named.csv'];
    expect(await anna.refusal(named)).toBe('ENTRY_REFUSED');
    expect(existsSync(join(anna.cwd, 'named.csv'))).toBe(false);
    await anna.json(['people', 'roles', 'Anna Nowak', '--grant', 'namer']);
    await anna.json(named);
    expect(readFileSync(join(anna.cwd, 'named.csv'), 'utf8')).toMatch(
      /Bartek Zielony opened video.*kontrola/u,
    );
    tamper(exported);
    expect(await stranger.refusal(['ledger', 'verify', exported], 5)).toBe('PROOF_INVALID');
  });

  test('a revoked colleague is refused, the refusal is a line, and the keys are renewed by themselves', async () => {
    await anna.json(['access', 'revoke', job.client, 'Bartek Zielony']);
    expect(await bartek.refusal(['records', 'open', job.document, '-o', 'again.pdf'])).toBe('ACCESS_DENIED');
    expect(existsSync(join(bartek.cwd, 'again.pdf'))).toBe(false);
    await anna.json(['sync']);
    const kinds = (await anna.json<{ kind: string }[]>(['ledger', 'show', '--client', job.client])).map(
      ({ kind }) => kind,
    );
    const vaultKinds = (await anna.json<{ kind: string }[]>(['ledger', 'show', '--vault', job.vault])).map(
      ({ kind }) => kind,
    );
    expect(vaultKinds).toContain('refused');
    expect(kinds.lastIndexOf('epoch.rotated')).toBeGreaterThan(kinds.indexOf('access.revoked'));
    expect(await anna.json(['access', 'list', job.client])).toMatchObject({ rotationDue: false });
  });

  test('destruction is refused under a hold, needs a second person, and can be stopped', async () => {
    await anna.json(['people', 'roles', 'Bartek Zielony', '--grant', 'officer']);
    const grant = [
      'access',
      'grant',
      job.client,
      'Bartek Zielony',
      '--manager',
      '--fingerprint',
      job.fingerprint,
    ];
    await anna.json(grant);
    const destroy = ['records', 'destroy', job.document, '--confirm', job.client];
    const { hold } = await anna.json<{ hold: string }>([
      'holds',
      'place',
      job.client,
      '--reason',
      'spór sądowy',
    ]);
    expect(await anna.refusal(destroy)).toBe('HOLD_IN_FORCE');
    await bartek.json(['holds', 'lift', hold]);
    expect(await anna.json(['walls', 'list'])).toEqual([]);
    expect(await anna.refusal(['walls', 'lift', `wal_${'a'.repeat(26)}`])).toBe('NOT_FOUND');
    expect(await anna.refusal(['walls', 'lift', 'tall'])).toBe('ID_INVALID');
    expect(await anna.refusal(['records', 'destroy', job.document, '--confirm', 'no'])).toBe(
      'CONFIRMATION_REFUSED',
    );
    const first = await anna.json<{ disposal: string }>(destroy);
    await bartek.json(['disposals', 'stop', first.disposal]);
    const second = await anna.json<{ disposal: string }>([...destroy, '--reason', 'koniec sprawy']);
    job.disposal = second.disposal;
    expect(await anna.refusal(['disposals', 'approve', job.disposal, '--confirm', '1'])).toBe(
      'ENTRY_REFUSED',
    );
    await bartek.json(['disposals', 'approve', job.disposal, '--confirm', '1']);
    expect(await anna.refusal(['records', 'certificate', job.document])).toBe('DISPOSAL_UNFINISHED');
  });

  test('after the grace time nobody opens it, and the certificate says so with its limits', async () => {
    const aheadMs = graceMs + 3_600_000;
    await advanceClocks(aheadMs);
    const annaLater = { aheadMs, password: passwords.anna };
    const deadlineMs = Date.now() + 120_000;
    for (;;) {
      const { code, out, err } = await anna.later(['disposals', 'list'], annaLater);
      expect(code, err).toBe(0);
      const rows = JSON.parse(out) as { disposal: string; state: string }[];
      if (rows.some(({ disposal, state }) => disposal === job.disposal && state === 'destroyed')) break;
      expect(Date.now(), 'destroyed within two minutes').toBeLessThan(deadlineMs);
      await sleep(1000);
    }
    for (const [person, password] of [
      [anna, passwords.anna],
      [bartek, passwords.bartek],
    ] as const) {
      const opened = await person.later(['records', 'open', job.document, '-o', 'gone.pdf'], {
        aheadMs,
        password,
      });
      expect(opened.code).toBe(1);
      expect(opened.err).toContain('RECORD_DESTROYED');
      expect(existsSync(join(person.cwd, 'gone.pdf'))).toBe(false);
      const kept = await person.later(['records', 'open', job.big, '-o', 'kept.mp4'], { aheadMs, password });
      expect(kept.code, kept.err).toBe(0);
    }
    for (const language of ['en', 'fr', 'zh', 'pl']) {
      const target = join(anna.cwd, `certificate-${language}`);
      const args = ['records', 'certificate', job.document, '-o', target, '--lang', language];
      const written = await anna.later(args, annaLater);
      expect(written.code, written.err).toBe(0);
      const text = readFileSync(join(target, `certificate-${job.disposal}.txt`), 'utf8');
      for (const part of [job.document, job.root, 'Anna Nowak', 'Bartek Zielony', 'L0'])
        expect(text).toContain(part);
      expect(text.split('\n').filter((line) => line.startsWith('  - '))).toHaveLength(6);
      JSON.parse(readFileSync(join(target, `certificate-${job.disposal}.json`), 'utf8'));
      const sheets = await readPdfWords(readFileSync(join(target, `certificate-${job.disposal}.pdf`)));
      const paper = sheets.join('').replaceAll(/\s/gu, '');
      for (const part of [job.document, job.root, 'Anna Nowak', 'Bartek Zielony', 'Jan Kowalski', 'L0'])
        expect(paper).toContain(part.replaceAll(/\s/gu, ''));
      expect(readFileSync(join(target, `certificate-${job.disposal}.tlog-proof`), 'utf8')).toMatch(
        /^c2sp\.org/u,
      );
    }
    const proved = await anna.later(['ledger', 'prove', job.document, '-o', 'proof'], annaLater);
    expect(proved.code, proved.err).toBe(0);
    const names = readdirSync(join(anna.cwd, 'proof'));
    expect(names).toEqual(
      expect.arrayContaining([
        `certificate-${job.disposal}.json`,
        'trust.policy',
        expect.stringMatching(/-destroyed\.tlog-proof$/u),
      ]),
    );
    const doctor = await anna.later(['doctor'], annaLater);
    expect(JSON.parse(doctor.out)).toContainEqual(expect.objectContaining({ code: 'WARDEN_SAME_USER' }));
  });

  test('without the server every command says so, loses nothing, and ends with 4', async () => {
    server.kill('SIGTERM');
    await once(server, 'exit');
    const stopped = await anna.later(['vaults', 'list'], { aheadMs: 0, password: passwords.anna });
    expect(stopped.code).toBe(4);
    expect(stopped.err).toContain('SERVER_UNREACHABLE');
  });

  test.each(readReadmeBlocks('The main job').map((args) => [args.join(' '), args] as const))(
    'did what the README shows: strongroom %s',
    (_, shown) => {
      const [group = '', name] = wordsOf(shown);
      const isSame = (args: readonly string[]): boolean =>
        args[0] === group && (group === 'enrol' || args[1] === name);
      const options = optionsOf(shown);
      expect(typed.filter(isSame).some((args) => options.every((option) => args.includes(option)))).toBe(
        true,
      );
    },
  );
});

/** Ends the launcher and what it started, at once. */
function killTree(pid: number): void {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  for (const child of [...children.split(' ').filter(Boolean).map(Number), pid])
    process.kill(child, 'SIGKILL');
}

/** Changes one bit of the first bundle of entries. */
function tamper(exported: string): void {
  const bundles = join(exported, 'office', 'tile', 'entries', '000.p');
  for (const name of readdirSync(bundles)) {
    const bytes = readFileSync(join(bundles, name));
    bytes[bytes.length - 40]! ^= 1;
    writeFileSync(join(bundles, name), bytes);
  }
}
