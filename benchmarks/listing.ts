/**
 * Listing the cards of a room on a device that has never seen them: the chain is followed, one range release gives the keys, each
 * card is checked against its signed header and opened. Then again from what the device keeps for a day.
 */
import { openOffice } from './office/office.ts';
import { startServerProcess } from './office/server-process.ts';
import { finish, readOptions } from './report/result.ts';
import type { Cell } from './report/result.ts';
import { roundMeasured } from './report/statistics.ts';

const options = readOptions();
const cardCount = options.isTiny ? 5 : (options.count ?? 10_000);
const rows: Cell[][] = [];

async function measure(what: string, run: () => Promise<number | undefined>): Promise<void> {
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  const count = await run();
  if (count !== undefined && count !== cardCount) throw new Error(`${what}: ${count} cards`);
  const cpu = process.cpuUsage(cpuBefore);
  rows.push([
    what,
    Math.round(performance.now() - startedAt),
    roundMeasured((performance.now() - startedAt) / cardCount),
    Math.round((cpu.user + cpu.system) / 1000),
  ]);
}

const server = await startServerProcess();
try {
  const office = await openOffice(server);
  const { room } = office;
  await measure(`${cardCount.toLocaleString('en')} records written by one device`, async () => {
    for (let index = 0; index < cardCount; index++)
      await office.addRecord(`Letter of ${index}.pdf`, new Uint8Array(0));
    return undefined;
  });
  const member = await office.addMember('Reader');
  let { device } = member;
  await measure(
    'listing, cold: range release, check, decrypt',
    async () => (await device.records.list({ room })).length,
  );
  await measure('listing again, same process', async () => (await device.records.list({ room })).length);
  await measure('device opened again from its storage', async () => {
    device = await member.reopen();
    return undefined;
  });
  await measure(
    "listing from the day's cache, new process",
    async () => (await device.records.list({ room })).length,
  );
} finally {
  await server.stop();
}

finish(
  {
    benchmark: 'listing',
    title: `Listing ${cardCount.toLocaleString('en')} cards on a device`,
    method:
      'Real device code in one thread of Node against the real server and warden on the same machine. The reader was given the room after the cards were ' +
      'written; one run, each step once. Processor time is that of the device.',
    tables: [{ title: 'Steps', columns: ['step', 'ms', 'ms a card', 'device CPU ms'], rows }],
    aims: [],
    notes: [],
  },
  options,
);
