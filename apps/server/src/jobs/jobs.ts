/** Work that nobody waits for: the warden's tick, the witnesses, time stamps, collection of orphans, ended sessions, counted refusals. */
import { officeId, StrongroomError } from '@strongroom/core';
import type { ServerContext } from '../context.ts';
import { erasePayloads, removeDestroyed } from '../features/disposals/index.ts';
import { flushRefusals } from '../features/releases/index.ts';
import { dropEndedSessions } from '../features/sessions/index.ts';
import { collectOrphans } from '../features/uploads/index.ts';

/** Running jobs. */
export interface Jobs {
  /** Runs the housekeeping now; for tests and after the clock was moved. */
  runAll(): Promise<void>;
  /** Lets no new run begin and waits for the one under way. */
  stop(): Promise<void>;
}

const tickMs = 1_000;
const timeStampMs = 60_000;
const housekeepingMs = 300_000;

export function startJobs(context: ServerContext): Jobs {
  let isStopped = false;
  const running = new Set<Promise<void>>();
  const cancels = new Set<() => void>();

  function every(periodMs: number, name: string, work: () => Promise<void>): void {
    const cancel = context.clock.schedule(periodMs, () => {
      cancels.delete(cancel);
      const run = runOne(name, work).finally(() => {
        running.delete(run);
        if (!isStopped) every(periodMs, name, work);
      });
      running.add(run);
    });
    cancels.add(cancel);
  }

  async function runOne(job: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      // The next run tries again; a warden that is gone is logged where it went.
      if (cause instanceof StrongroomError && cause.code === 'WARDEN_UNAVAILABLE') return;
      context.log.write('failed', {
        job,
        code: cause instanceof StrongroomError ? cause.code : 'INTERNAL_ERROR',
      });
    }
  }

  async function tick(): Promise<void> {
    if (context.warden.isReachable) await context.ledgers.tick();
  }

  async function housekeep(): Promise<void> {
    if (context.ledgers.isRestoreMode) return;
    await dropEndedSessions(context);
    for (const vault of [officeId, ...context.ledgers.vaults()]) {
      await collectOrphans(context, vault);
      await removeDestroyed(context, vault);
      await erasePayloads(context, vault);
      await flushRefusals(context, vault);
    }
  }

  const askWitnesses = (): Promise<void> => context.witnesses.tick();
  const stampTime = (): Promise<void> => context.timeStamps.tick();

  every(tickMs, 'tick', tick);
  every(tickMs, 'witnesses', askWitnesses);
  every(timeStampMs, 'time-stamps', stampTime);
  every(housekeepingMs, 'housekeeping', housekeep);
  return {
    async runAll() {
      await runOne('tick', tick);
      await runOne('witnesses', askWitnesses);
      await runOne('time-stamps', stampTime);
      await runOne('housekeeping', housekeep);
    },
    async stop() {
      isStopped = true;
      for (const cancel of cancels) cancel();
      await Promise.all(running);
    },
  };
}
