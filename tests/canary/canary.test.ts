/**
 * The whole job at the command line, with marks in everything that is a firm's secret; then none of them is in a database, a blob, a
 * log, a file of the warden, a request or an answer, nor in the clear in a home of the command line. The tests follow one another.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Installation, persist } from '../crash/kit/installation.ts';
import { CliPerson } from './cli-person.ts';
import { Finder } from './finder.ts';
import { makeMark, markOfBytes, markOfText } from './marks.ts';
import type { Mark } from './marks.ts';
import { startRecordingProxy } from './recording-proxy.ts';
import type { RecordingProxy } from './recording-proxy.ts';
import { searchBytes, searchFolder } from './search.ts';
import type { Place } from './search.ts';

const graceMs = 73 * 3_600_000;
const texts = Object.fromEntries(
  [
    'firm',
    'owner',
    'address',
    'vault',
    'client',
    'alias',
    'other alias',
    'colleague',
    'folder',
    'inner folder',
    'file',
    'other file',
    'purpose',
    'content',
    'hold reason',
    'destroy reason',
    'password',
    'other password',
  ].map((name) => [name, makeMark(name)]),
);
const marks: Mark[] = Object.values(texts);
/** Secrets of which the specification says that the device keeps them, and the server does not. */
const kept: Mark[] = [];
const textOf = (name: string): string => texts[name]!.text;

let folder: string;
let installation: Installation;
let proxy: RecordingProxy;
let ada: CliPerson;
let ben: CliPerson;
let content: Buffer;
let code: string;
let record: string;
let fingerprint: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sr-canary-'));
  mkdirSync(join(folder, 'server-temporary'));
  // The folder of temporary files of both processes is one that is looked through as well.
  installation = await Installation.start({
    home: join(folder, 'server'),
    env: { TMPDIR: join(folder, 'server-temporary') },
  });
  proxy = await startRecordingProxy(() => installation.url);
  const nowMs = (): number => Date.now() + installation.offsetMs;
  ada = new CliPerson(join(folder, 'ada'), { password: textOf('password'), nowMs });
  ben = new CliPerson(join(folder, 'ben'), { password: textOf('other password'), nowMs });
});
afterAll(async () => {
  await proxy?.close();
  await installation?.remove();
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
});

/** A kit file's code, as a mark in text and in bytes. */
function markKit(name: string, path: string): void {
  const kit = [...readFileSync(path, 'utf8').matchAll(/^ *[1-8]\. +([0-9A-Z]{7})$/gmu)]
    .map(([, group]) => group)
    .join('-');
  expect(kit).toHaveLength(63);
  const secret = decodeCrockford(kit.replaceAll('-', ''));
  // The first half lies on the device by design and opens nothing alone; the printed half lies nowhere.
  kept.push(markOfBytes(`${name} secret`, secret.subarray(0, 16)));
  marks.push(
    markOfText(name, kit, kit.replaceAll('-', '')),
    markOfBytes(`${name} code`, secret.subarray(16, 32)),
  );
}

function decodeCrockford(text: string): Buffer {
  const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const bytes: number[] = [];
  let value = 0;
  let bits = 0;
  for (const character of text.replaceAll(/[^0-9A-Z]/gu, '')) {
    value = (value << 5) | digits.indexOf(character);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((value >> bits) & 0xff);
    value &= (1 << bits) - 1;
  }
  return Buffer.from(bytes);
}

test('a firm is made, with a vault, a client and records', async () => {
  const kit = join(ada.desk, 'kit.txt');
  await ada.run(
    [
      'firm',
      'create',
      '--server',
      proxy.url,
      '--name',
      textOf('firm'),
      '--language',
      'pl',
      '--country',
      'PL',
      '--profession',
      'law',
      '--person',
      textOf('owner'),
      '--address',
      `${texts['address']!.fragments[0]}@example.org`,
      '--kit-file',
      kit,
      '--prove-kit',
      kit,
      '--sign-kit-note',
    ],
    installation.firstRunCode,
  );
  markKit('kit', kit);
  await ada.run(['vaults', 'add', '--name', textOf('vault')]);
  ({ code } = await ada.run<{ code: string }>([
    'clients',
    'add',
    '--name',
    textOf('client'),
    '--alias',
    textOf('alias'),
    '--alias',
    textOf('other alias'),
  ]));
  const inner = join(ada.desk, 'case', textOf('inner folder'));
  mkdirSync(inner, { recursive: true });
  content = Buffer.concat([
    Buffer.from(textOf('content')),
    randomBytes(700_000),
    Buffer.from(textOf('content')),
    Buffer.from(textOf('content'), 'utf16le'),
    randomBytes(77),
  ]);
  marks.push(markOfBytes('hash of the content', createHash('sha256').update(content).digest()));
  writeFileSync(join(inner, `${textOf('file')}.pdf`), content);
  writeFileSync(join(ada.desk, `${textOf('other file')}.txt`), textOf('content'));
  await ada.run([
    'records',
    'add',
    'case',
    `${textOf('other file')}.txt`,
    '--client',
    code,
    '--folder',
    textOf('folder'),
  ]);
  const rows = await ada.run<{ record: string; name: string }[]>(['records', 'list', '--client', code]);
  expect(rows.map(({ name }) => name).toSorted()).toEqual(
    [`${textOf('file')}.pdf`, `${textOf('other file')}.txt`].toSorted(),
  );
  record = rows.find(({ name }) => name.endsWith('.pdf'))!.record;
  expect((await ada.try(['clients', 'list'])).out).toContain(textOf('client'));
});

test('a colleague is invited and enrols, is refused, is granted, and opens equal bytes', async () => {
  const { code: invitation } = await ada.run<{ code: string }>([
    'people',
    'invite',
    '--name',
    textOf('colleague'),
    '--role',
    'opener',
  ]);
  const codeBytes = decodeCrockford(invitation);
  const root = new Finder([markOfBytes('root', codeBytes.subarray(0, 32))]);
  expect(
    proxy.exchanges.some(({ answerBody }) => root.find(answerBody).length > 0),
    'the code begins with the root',
  ).toBe(true);
  marks.push(
    markOfText('invitation', invitation, invitation.replaceAll('-', '')),
    markOfBytes('invitation seed', codeBytes.subarray(32, 48)),
  );
  const kit = join(ben.desk, 'kit.txt');
  await ben.run(
    ['enrol', '--server', proxy.url, '--kit-file', kit, '--prove-kit', kit, '--sign-kit-note'],
    invitation,
  );
  markKit('other kit', kit);
  ({ fingerprint } = await ada.run<{ fingerprint: string }>(['people', 'show', textOf('colleague')]));
  await ada.run(['people', 'admit', textOf('colleague'), '--fingerprint', fingerprint]);
  expect((await ben.try(['records', 'open', record, '-o', 'opened.pdf'])).exitCode).not.toBe(0);
  await ada.run(['access', 'grant', code, textOf('colleague'), '--fingerprint', fingerprint]);
  await ben.run([
    'records',
    'open',
    record,
    '-o',
    'opened.pdf',
    '--purpose',
    'review',
    '--reason',
    textOf('purpose'),
  ]);
  expect(readFileSync(join(ben.desk, 'opened.pdf')).equals(content)).toBe(true);
  const shown = await ada.try(['ledger', 'show', '--client', code, '--reasons', '--json']);
  expect(shown.out).toContain(texts['purpose']!.fragments[0]);
});

test(
  'access is revoked, the room rotates, a hold stands, and a record is destroyed',
  { timeout: 180_000 },
  async () => {
    await ada.run(['access', 'revoke', code, textOf('colleague')]);
    expect((await ben.try(['records', 'open', record, '-o', 'again.pdf'])).exitCode).not.toBe(0);
    await ada.run(['sync']);
    await ada.run(['access', 'grant', code, textOf('colleague'), '--fingerprint', fingerprint, '--manager']);
    await ada.run(['people', 'roles', textOf('colleague'), '--grant', 'officer']);
    const { hold } = await ada.run<{ hold: string }>([
      'holds',
      'place',
      code,
      '--reason',
      textOf('hold reason'),
    ]);
    expect((await ada.try(['records', 'destroy', record, '--confirm', code])).exitCode).not.toBe(0);
    await ben.run(['holds', 'lift', hold]);
    const { disposal } = await ada.run<{ disposal: string }>([
      'records',
      'destroy',
      record,
      '--confirm',
      code,
      '--reason',
      textOf('destroy reason'),
    ]);
    await ben.run(['disposals', 'approve', disposal, '--confirm', '1']);
    await installation.advance(graceMs);
    // Two persons whose requests agree with the warden's clock.
    const other = (
      await ada.run<{ record: string; name: string }[]>(['records', 'list', '--client', code])
    ).find(({ name }) => name.endsWith('.txt'))!;
    await ada.run(['records', 'open', other.record, '-o', 'other-ada.txt']);
    await ben.run(['records', 'open', other.record, '-o', 'other-ben.txt']);
    await persist(async () => {
      const rows = await ada.run<{ state: string }[]>(['disposals', 'list']);
      expect(rows[0]?.state).toBe('destroyed');
    }, 120_000);
    expect((await ben.try(['records', 'open', record, '-o', 'gone.pdf'])).exitCode).not.toBe(0);
    await ada.run(['records', 'certificate', record, '-o', 'certificate']);
    await ada.run(['ledger', 'verify', '--client', code]);
    await ada.run(['ledger', 'export', 'exported', '--client', code]);
    await ada.try(['doctor']);
  },
);

/** Everything outside the devices, as it is now. */
function searchOutside(finder: Finder): Place[] {
  return [
    ...searchFolder(finder, join(folder, 'server')),
    ...searchFolder(finder, join(folder, 'server-temporary')),
    ...searchFolder(finder, join(ada.desk, 'exported')),
    ...searchBytes(finder, 'output of server and warden', Buffer.from(installation.output.join('\n'))),
    ...proxy.exchanges.flatMap(({ line, requestHeaders, requestBody, answerHeaders, answerBody }) => [
      ...searchBytes(finder, `request ${line}`, Buffer.from([line, ...requestHeaders].join('\n'))),
      ...searchBytes(finder, `body of ${line}`, requestBody),
      ...searchBytes(finder, `answer to ${line}`, answerBody),
      ...searchBytes(finder, `headers of the answer to ${line}`, Buffer.from(answerHeaders.join('\n'))),
    ]),
  ];
}

test('there is something to look through, and nothing of it is compressed', () => {
  const files = readdirSync(join(folder, 'server'), { recursive: true }).map(String);
  for (const part of [
    /office\.sqlite$/u,
    /vault\.sqlite$/u,
    /-wal$/u,
    /bodies\/.+\/upl_/u,
    /warden\/state\//u,
    /warden\/tables\/journal/u,
  ]) {
    expect(
      files.some((file) => part.test(file)),
      String(part),
    ).toBe(true);
  }
  expect(installation.output.length).toBeGreaterThan(50);
  expect(proxy.exchanges.length).toBeGreaterThan(200);
  const headers = proxy.exchanges.flatMap(({ line, requestHeaders, answerHeaders }) =>
    // The app's own files are public, and are sent as they were built.
    line.includes(' /v1/') ? [...requestHeaders, ...answerHeaders] : [],
  );
  expect(headers.length).toBeGreaterThan(1_000);
  expect(headers.map((header) => header.toLowerCase())).not.toContain('content-encoding');
  expect(marks.length).toBeGreaterThan(20);
});

test('no mark is in a database, a blob, a log, a file of the warden, a request or an answer', () => {
  expect(searchOutside(new Finder([...marks, ...kept]))).toEqual([]);
});

test('no session is in a database, a file or a log', () => {
  const answers = proxy.exchanges.filter(
    ({ line, status }) => line === 'POST /v1/sessions' && status === 200,
  );
  const sessions = answers.map(({ answerBody }) =>
    Buffer.from((JSON.parse(Buffer.from(answerBody).toString()) as { session: string }).session, 'base64url'),
  );
  expect(sessions.length).toBeGreaterThan(20);
  const finder = new Finder(sessions.map((session) => markOfBytes('session', session)));
  expect(searchFolder(finder, join(folder, 'server'))).toEqual([]);
  expect(searchBytes(finder, 'output', Buffer.from(installation.output.join('\n')))).toEqual([]);
});

test('no mark is in the clear in a home of the command line', () => {
  const finder = new Finder(marks);
  for (const person of [ada, ben]) {
    expect(readdirSync(person.home, { recursive: true }).length).toBeGreaterThan(10);
    expect(searchFolder(finder, person.home)).toEqual([]);
    expect(searchFolder(finder, person.temporary)).toEqual([]);
  }
  const secrets = new Finder(kept);
  expect([ada, ben].flatMap(({ home }) => searchFolder(secrets, home)).map(({ mark }) => mark)).toEqual([
    'kit secret',
    'other kit secret',
  ]);
});

test('no mark is left when server and warden have ended', async () => {
  expect(await installation.stop()).toBe('0');
  expect(searchOutside(new Finder(marks))).toEqual([]);
});

test('one mark at each of these places is found', () => {
  const planted = makeMark('planted');
  const finder = new Finder([...marks, planted]);
  writeFileSync(
    join(folder, 'server', 'warden', 'note'),
    Buffer.concat([randomBytes(99), Buffer.from(planted.text, 'utf16le')]),
  );
  installation.output.push(JSON.stringify({ planted: planted.fragments[1] }));
  expect(searchOutside(finder).map(({ mark, place }) => [mark, place])).toEqual([
    ['planted', 'warden/note'],
    ['planted', 'output of server and warden'],
  ]);
});
