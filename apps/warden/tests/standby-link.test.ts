/** A warden's side of its standby, over the socket of a real one: what a failed call may never lead to, also where the warden may go on alone. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogger } from '../src/logger.ts';
import { openKeptRefusal } from '../src/standby/kept-refusal.ts';
import { connectStandby } from '../src/standby/connect-standby.ts';
import type { StandbyClient } from '../src/standby/connect-standby.ts';
import { StandbyLink } from '../src/standby/standby-link.ts';
import { RunningWarden } from './kit/running-warden.ts';
import { configure } from './kit/two-wardens.ts';

let standby: RunningWarden;
const clients: StandbyClient[] = [];
beforeEach(async () => {
  standby = new RunningWarden();
  configure(standby.home, { role: 'standby' });
  await standby.start();
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await standby.remove();
});

function connect(): StandbyClient {
  const client = connectStandby(standby.process.socketPath, {});
  clients.push(client);
  return client;
}

/** What the next process of the warden begins with. */
function begin(): StandbyLink {
  const logger = createLogger({ nowMs: () => 0 }, () => undefined);
  const refusal = openKeptRefusal(standby.directory);
  return new StandbyLink({ client: connect(), continuesAlone: true, logger, refusal });
}

/** A link that has joined, and thinks that the standby has so many records. */
async function join(count: number): Promise<StandbyLink> {
  const link = begin();
  const { session } = await link.client.join();
  link.becomeCurrent(session, count);
  return link;
}

/** The first goes out, the others wait for its answer. */
async function recordThree(link: StandbyLink): Promise<string[]> {
  const all = await Promise.allSettled([1, 2, 3].map(() => link.record(new Uint8Array(randomBytes(8)))));
  return all.map(({ status }) => status);
}

const allRefused = ['rejected', 'rejected', 'rejected'];

test('whoever was refused answers none of the records that waited, and never goes on alone', async () => {
  // The standby has none: these records are of another history.
  const link = await join(7);
  expect(await recordThree(link)).toEqual(allRefused);
  expect([link.state, link.mayAct]).toEqual(['refused', false]);
  await standby.stop();
  link.lose(await link.client.join().catch((error: unknown) => error));
  link.begin();
  expect([link.state, link.mayAct]).toEqual(['refused', false]);
  // Nor does the next process, which has to learn it anew from a standby.
  const next = begin();
  next.lose(await next.client.join().catch((error: unknown) => error));
  expect([next.state, next.mayAct]).toEqual(['joining', false]);
});

test('whoever was taken over answers none of the records that waited; only a joining leads on', async () => {
  const link = await join(0);
  const { session } = await connect().join();
  expect(session).toHaveLength(16);
  expect(await recordThree(link)).toEqual(allRefused);
  expect([link.state, link.mayAct]).toEqual(['joining', false]);
  await standby.stop();
  link.lose(await link.client.join().catch((error: unknown) => error));
  expect([link.state, link.mayAct]).toEqual(['joining', false]);
  link.begin();
  link.lose(await link.client.join().catch((error: unknown) => error));
  expect([link.state, link.mayAct]).toEqual(['joining', false]);
  const next = begin();
  next.lose(await next.client.join().catch((error: unknown) => error));
  expect([next.state, next.mayAct]).toEqual(['joining', false]);
  await standby.start();
  next.becomeCurrent((await next.client.join()).session, 0);
  expect([next.state, next.mayAct]).toEqual(['current', true]);
  // From a joining that ended well it is over, for the processes after it too.
  await standby.stop();
  const last = begin();
  last.lose(await last.client.join().catch((error: unknown) => error));
  expect([last.state, last.mayAct]).toEqual(['gone', true]);
});

test('whoever loses the standby otherwise goes on alone, where the operator said so', async () => {
  const link = await join(0);
  await standby.stop();
  expect(await recordThree(link)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
  expect([link.state, link.mayAct]).toEqual(['gone', true]);
});
