/** Lets a server and its warden finish what a moved clock made due, so that nothing is outstanding when the next one asks. */
import type { RunningServer } from '@strongroom/server';

const roundsMax = 200;
const pauseMs = 20;

/** How much became due: by a few minutes what the warden and the ledgers wait for, by a leap the housekeeping too. */
export type Due = 'minutes' | 'leap';

/** Runs what is due until every line of the warden's own is in its ledger. */
export async function settle(server: RunningServer, due: Due): Promise<void> {
  for (let round = 0; round < roundsMax; round++) {
    await (due === 'leap' ? server.jobs.runAll() : server.context.ledgers.tick());
    const { ownOutstanding } = await server.context.warden.call((client) => client.getStatus());
    if (ownOutstanding === 0) return;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  throw new Error('the warden has lines that the server does not take');
}
