/**
 * What every refusal of a device has to be (attacks.md section 1): the stated typed error and no plaintext anywhere; nothing
 * secret or newly wrapped leaves afterwards; what follows is short and tells the server nothing; and the next honest session
 * works on what the attack left in the storage.
 */
import { decodeBase64url, decodeUtf8, StrongroomError } from '@strongroom/core';
import type { Device } from '@strongroom/device';
import type { EndpointName } from '@strongroom/protocol';
import { expect } from 'vitest';
import { getAttack } from './attacks.ts';
import { createCollectingSink } from './collecting-sink.ts';
import type { CollectingSink } from './collecting-sink.ts';
import type { DeviceHome } from './device-home.ts';
import type { Exchange } from './hostile-server.ts';
import { canaries } from './real-firm.ts';

/** Calls by which a device gives something away that it made. */
const givingCalls: readonly EndpointName[] = [
  'createFirm',
  'enrol',
  'submitEntry',
  'createVault',
  'createClient',
  'putKeyring',
  'startUpload',
  'putPart',
  'commitVersion',
];

/**
 * A call that is made more often than this about the same thing after a lie is a loop. A sync asks again where the server may
 * only be behind: a bounded number of times, whatever was answered.
 */
const repeatsMax: { readonly sync: number; readonly other: number } = { sync: 40, other: 2 };

/** The attack and what is honest after it. */
export interface AttackRun {
  /** What the person does while the server lies; it has to be refused. */
  readonly run: (device: Device, sink: CollectingSink) => Promise<unknown>;
  /** What the person does when the server behaves again; it has to work. */
  readonly honest: (device: Device, sink: CollectingSink) => Promise<unknown>;
  /** Keys that nothing may be sealed to. */
  readonly foreignKeys?: readonly Uint8Array[];
  /** Giving calls that are right even so, because nothing in them comes from the lie. */
  readonly mayCall?: readonly EndpointName[];
}

/** Runs an attack that the server is set up for, checks all four, and answers the exchanges that followed the first lie. */
export async function assertRefused(
  home: DeviceHome,
  id: string,
  attack: AttackRun,
): Promise<readonly Exchange[]> {
  const device = await home.device();
  home.server.clear();
  const sink = createCollectingSink();
  const error = await attack.run(device, sink).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(home.server.mutated, `${id}: the server lied`).toBeGreaterThan(0);
  assertTypedRefusal(id, error);
  assertNothingShown(home, sink, error);
  const exchanges = [...home.server.exchanges];
  const followed = exchanges.slice(exchanges.findIndex(({ isMutated }) => isMutated));
  assertNothingGiven(home, followed, attack);
  assertNoLoop(followed);
  await assertNotPoisoned(home, attack);
  return followed;
}

function assertTypedRefusal(id: string, error: unknown): void {
  expect(error, `${id}: refused`).toBeInstanceOf(StrongroomError);
  expect(getAttack(id).expected, `${id}: the stated code`).toContain((error as StrongroomError).code);
}

function assertNothingShown(home: DeviceHome, sink: CollectingSink, error: unknown): void {
  expect(sink.state, 'nothing was committed').not.toBe('committed');
  expect(sink.shown.length).toBe(0);
  const told = describe(error);
  const kept = Buffer.from(home.storage.dump());
  for (const canary of Object.values(canaries)) {
    expect(told.includes(canary), 'no plaintext in the error').toBe(false);
    expect(kept.includes(canary), 'no plaintext in the storage').toBe(false);
  }
}

/** The error as a log would print it, causes included. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const details = error instanceof StrongroomError ? JSON.stringify(error.details) : '';
  return [error.name, error.message, error.stack, details, describe(error.cause)].join('\n');
}

function assertNothingGiven(home: DeviceHome, followed: readonly Exchange[], attack: AttackRun): void {
  const given = followed.filter(
    ({ name }) => givingCalls.includes(name) && attack.mayCall?.includes(name) !== true,
  );
  expect(
    given.map(({ name }) => name),
    'nothing is given after the lie',
  ).toEqual([]);
  assertNoSecrets(home, followed);
  const foreign = (attack.foreignKeys ?? []).map((key) => Buffer.from(key));
  for (const recipient of home.tap.recipients()) {
    expect(
      foreign.some((key) => key.equals(recipient)),
      'nothing is sealed to a foreign key',
    ).toBe(false);
  }
}

/** No key that the device ever used, and no plaintext, is in what it sent. */
export function assertNoSecrets(home: DeviceHome, exchanges: readonly Exchange[]): void {
  const secrets = home.tap.secrets().map((secret) => Buffer.from(secret));
  for (const { name, path, requestBytes } of exchanges) {
    for (const sent of [Buffer.from(path), Buffer.from(requestBytes), ...bytesInJson(requestBytes)]) {
      expect(
        secrets.some((secret) => sent.includes(secret)),
        `no key in ${name}`,
      ).toBe(false);
      for (const canary of Object.values(canaries)) {
        expect(sent.includes(canary), `no plaintext in ${name}`).toBe(false);
      }
    }
  }
}

/** The byte strings of a JSON body, out of their base64url. */
function bytesInJson(body: Uint8Array): Buffer[] {
  if (body[0] !== 0x7b) return [];
  const texts = decodeUtf8(body).match(/[A-Za-z0-9_-]{16,}/g) ?? [];
  return texts.flatMap((text) => {
    try {
      return [Buffer.from(decodeBase64url(text))];
    } catch {
      // An id or a word, no byte string.
      return [];
    }
  });
}

function assertNoLoop(followed: readonly Exchange[]): void {
  const counts = new Map<string, { readonly name: EndpointName; readonly count: number }>();
  for (const { name, method, path, requestBytes } of followed) {
    const call = `${method} ${path} ${requestBytes.length}`;
    counts.set(call, { name, count: (counts.get(call)?.count ?? 0) + 1 });
  }
  const repeated = [...counts].filter(
    ([, { name, count }]) => count > (name === 'sync' ? repeatsMax.sync : repeatsMax.other),
  );
  expect(repeated, 'no retry loop').toEqual([]);
}

async function assertNotPoisoned(home: DeviceHome, attack: AttackRun): Promise<void> {
  home.server.behave();
  await attack.honest(await home.device(), createCollectingSink());
  await home.restart();
  await attack.honest(await home.device(), createCollectingSink());
}

/** What the server sees of a device's conduct: calls and lengths, in order. */
export function trafficOf(exchanges: readonly Exchange[]): readonly string[] {
  return exchanges.map(({ method, path, requestBytes }) => `${method} ${path} ${requestBytes.length}`);
}
