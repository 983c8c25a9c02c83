/**
 * Time stamps of all ledgers: which checkpoints are sent to the authority, and when. Nothing waits for one, and nothing fails without.
 *
 * Invariant: what is kept was checked in full first. An authority that fails is left alone for a while, longer each time.
 */
import { encodeUtf8 } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import type { NodeEngine } from '@strongroom/core/node';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Ledgers, SignedCheckpoint } from '../sequencer/index.ts';
import type { VaultFolders, VaultStore } from '../storage/index.ts';
import { askAuthority } from './ask-authority.ts';
import type { AuthorityReply } from './ask-authority.ts';
import type { TimeStampSettings } from './settings.ts';
import { addStamp, findNewestStamp, findUnstampedMs, readStamps } from './stamp-rows.ts';
import type { StampedHead } from './stamp-rows.ts';

/** How a ledger stands with the authority. */
export type TimeStampReport = {
  readonly newest: StampedHead | undefined;
  /** Lines have waited for a stamp for more than twice as long as they should. */
  readonly isLate: boolean;
};

/** The time stamps as features see them. */
export interface TimeStamps {
  /** Whether an authority is configured. What was kept before is given out all the same. */
  readonly isOn: boolean;
  /** What the authority's last failure was, until it stamps again: `unreachable`, `refused`, or why its answer is no good. */
  readonly failure: string | undefined;
  report(ledger: VaultId): Promise<TimeStampReport>;
  /** Those of this size and larger, smallest first. */
  list(
    ledger: VaultId,
    options: { readonly from: number; readonly count: number },
  ): Promise<readonly StampedHead[]>;
  /** Asks where it is time to. */
  tick(): Promise<void>;
  stop(): void;
}

const retryMsMin = 60_000;
const retryMsMax = 3_600_000;
/** Late is what has waited this many times as long as it should. */
const lateFactor = 2;

export function createTimeStamps(parts: {
  readonly settings: TimeStampSettings | undefined;
  readonly ledgers: Ledgers;
  readonly folders: VaultFolders;
  readonly engine: Pick<NodeEngine, 'randomBytes'>;
  readonly clock: Clock;
  readonly log: Log;
}): TimeStamps {
  const { settings, ledgers, folders, engine, clock, log } = parts;
  const stopping = new AbortController();
  let failures = 0;
  let notBeforeMs = 0;
  let failure: string | undefined;

  const storeOf = (ledger: VaultId): VaultStore => folders.open(ledger).store;

  /** The checkpoint to be stamped now. */
  async function findDue(ledger: VaultId, everyMs: number): Promise<SignedCheckpoint | undefined> {
    const found = ledgers.find(ledger);
    const checkpoint = found === undefined || found.isRestoreMode ? undefined : found.findCheckpoint();
    if (checkpoint === undefined || checkpoint.size === 0) return undefined;
    const newest = await findNewestStamp(storeOf(ledger));
    if (newest === undefined) return checkpoint;
    // Where a clock was set back, the stamp lies ahead of it, and it is asked.
    const isResting = Math.abs(clock.nowMs() - newest.atMs) < everyMs;
    return isResting || newest.size >= checkpoint.size ? undefined : checkpoint;
  }

  /** Notes what came; false ends the round. */
  async function take(
    ledger: VaultId,
    { size, note }: SignedCheckpoint,
    reply: AuthorityReply,
  ): Promise<boolean> {
    if (reply.kind === 'stamped') {
      const { answer, stamp } = reply;
      await addStamp(storeOf(ledger), { size, note, answer, atMs: stamp.atMs });
      failures = 0;
      failure = undefined;
      return true;
    }
    failures += 1;
    notBeforeMs = clock.monotonicMs() + Math.min(retryMsMax, retryMsMin * 2 ** Math.min(failures - 1, 10));
    const code = reply.kind === 'invalid' ? reply.reason : reply.kind;
    if (code !== failure)
      log.write('time-stamp.failed', {
        ledger,
        code,
        ...(reply.kind === 'refused' ? { status: reply.status } : {}),
      });
    failure = code;
    return false;
  }

  return {
    isOn: settings !== undefined,
    get failure() {
      return failure;
    },
    async report(ledger) {
      const newest = await findNewestStamp(storeOf(ledger));
      if (settings === undefined) return { newest, isLate: false };
      const sinceMs = await findUnstampedMs(storeOf(ledger), newest?.size ?? 0);
      const isLate = sinceMs !== undefined && clock.nowMs() - sinceMs > lateFactor * settings.everyMs;
      return { newest, isLate };
    },
    list: async (ledger, options) => await readStamps(storeOf(ledger), options),
    async tick() {
      if (settings === undefined || clock.monotonicMs() < notBeforeMs) return;
      for (const ledger of [ledgers.office.id, ...ledgers.vaults()]) {
        const due = await findDue(ledger, settings.everyMs);
        if (due === undefined || stopping.signal.aborted) continue;
        const reply = await askAuthority(settings, {
          data: encodeUtf8(due.note),
          signal: stopping.signal,
          randomBytes: (length) => engine.randomBytes(length),
          nowMs: () => clock.nowMs(),
        });
        if (!(await take(ledger, due, reply))) return;
      }
    },
    stop: () => stopping.abort(),
  };
}
