/** Who may read entries by a signed request, and how often: once, in time, whoever is listed, whatever the clock does. */
import { createNodeEngine } from '@strongroom/core/node';
import { createNoteKey, createNoteSigner, noteSignatureTypes, signEntriesRequest } from '@strongroom/ledger';
import type { NoteSigner } from '@strongroom/ledger';
import { beforeEach, expect, test } from 'vitest';
import { EntryReaders } from './entry-readers.ts';

const engine = createNodeEngine();
const origin = 'strongroom/frm_one/vlt_two/0';
const asked = { origin, index: 0, width: 5 };
const startMs = 1_800_000_000_000;
const clock = { wallMs: startMs, upMs: 0, nowMs: () => clock.wallMs, monotonicMs: () => clock.upMs };

async function createWitness(name: string): Promise<NoteSigner> {
  const seed = engine.randomBytes(32);
  const publicKey = await engine.ed25519PublicKey(seed);
  const key = createNoteKey(engine, { name, type: noteSignatureTypes.cosignatureV1, publicKey });
  return createNoteSigner(engine, key, seed);
}

const partner = await createWitness('partner.example/1');
const unlisted = await createWitness('bar.example/1');
const thief = await createWitness('partner.example/1');
const witnesses = [partner.key, unlisted.key];
let readers: EntryReaders;

function start(): void {
  readers = new EntryReaders({ names: ['partner.example/1', 'nobody.example/1'], engine, clock });
}

function pass(seconds: number): void {
  clock.wallMs += seconds * 1000;
  clock.upMs += seconds * 1000;
}

async function sign(by: NoteSigner = partner, secondsOff = 0): Promise<string> {
  return await signEntriesRequest(by, asked, Math.floor(clock.wallMs / 1000) + secondsOff);
}

const admit = async (request: string): Promise<unknown> =>
  await readers.admit({ origin, request, witnesses });

beforeEach(() => {
  clock.wallMs = startMs;
  start();
  pass(3_600);
});

test('a listed witness gets what it asks for, once', async () => {
  const request = await sign();
  expect(await admit(request)).toMatchObject(asked);
  expect(await admit(request)).toBeUndefined();
  pass(1);
  expect(await admit(await sign())).toMatchObject(asked);
});

test('of many equal requests at once one is let through', async () => {
  const request = await sign();
  const answers = await Promise.all(Array.from({ length: 8 }, async () => await admit(request)));
  expect(answers.filter((answer) => answer !== undefined)).toHaveLength(1);
});

test('a witness that is not listed, another key of its name, and one that is no witness any more get nothing', async () => {
  expect(await admit(await sign(unlisted))).toBeUndefined();
  expect(await admit(await sign(thief))).toBeUndefined();
  const request = await sign();
  expect(await readers.admit({ origin, request, witnesses: [unlisted.key] })).toBeUndefined();
  expect(await readers.admit({ origin, request, witnesses: [] })).toBeUndefined();
});

test('a request for another ledger, and what is none, get nothing', async () => {
  const request = await sign();
  expect(await readers.admit({ origin: 'strongroom/frm_one/vlt_six/0', request, witnesses })).toBeUndefined();
  for (const text of ['', 'x', '\n\n', request.slice(0, -2), `${request}x`])
    expect(await admit(text)).toBeUndefined();
});

test.each([
  [-301, false],
  [-300, true],
  [60, true],
  [61, false],
])('one that was signed %i seconds from now: %s', async (secondsOff, isLetThrough) => {
  expect((await admit(await sign(partner, secondsOff))) !== undefined).toBe(isLetThrough);
});

test('a restart forgets nothing that could be used again', async () => {
  const [now, ahead] = [await sign(), await sign(partner, 60)];
  expect([await admit(now), await admit(ahead)]).not.toContain(undefined);
  start();
  expect([await admit(now), await admit(ahead)]).toEqual([undefined, undefined]);
  pass(30);
  expect([await admit(now), await admit(ahead)]).toEqual([undefined, undefined]);
  pass(31);
  expect(await admit(ahead)).toBeUndefined();
  expect(await admit(await sign())).toMatchObject(asked);
});

test('nor does a clock that is set back', async () => {
  const request = await sign();
  expect(await admit(request)).toMatchObject(asked);
  pass(1_000);
  expect(await admit(await sign())).toMatchObject(asked);
  clock.wallMs -= 1_000_000;
  expect(await admit(request)).toBeUndefined();
  clock.upMs += 1_000_000;
  expect(await admit(request)).toBeUndefined();
});
