/** Many clients at once: several in flight, each taken up again where it was cut off, none made twice. */
import { InputError, officeId, StrongroomError } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import type { DeviceContext } from '../device/context.ts';
import type { ClientsModule, ImportedClient, NewClient } from '../device/device.ts';
import { forEach } from '../device/in-flight.ts';
import { fetchIntakeKey } from '../records/intake.ts';
import type { IntakeSource } from '../records/commit-version.ts';
import { gatherSlots } from '../records/slot-block.ts';
import { completeClient } from './create-client.ts';
import type { NotedClient } from './create-client.ts';
import { ImportJournal } from './import-journal.ts';
import { profileCard, toProfile } from './profile-card.ts';

type Options = Parameters<ClientsModule['addMany']>[1];

const rowsPerChunk = 64;
const inFlight = 48;
const rowsMax = 20_000;
const defaultClass = 2;
/** What was seen whole within this time is not asked for again while rooms are made. */
const recentMs = 5_000;
const officeEveryMs = 2_500;
/** An intake key is taken from the server once for so many rows, and anew when the warden no longer takes it. */
const rowsPerIntakeKey = 256;
/** Failures of this kind would meet every row: nothing more is begun. */
const endingCodes: ReadonlySet<string> = new Set([
  'SERVER_UNREACHABLE',
  'WARDEN_STANDBY_GONE',
  'WARDEN_UNAVAILABLE',
  'RESTORE_MODE',
  'SESSION_REQUIRED',
  'DEVICE_CUT_OFF',
  'HEADS_STALE',
  'KIT_NOT_NOTED',
]);

/** Adds the rows. @throws InputError for a row that cannot be a client; IntegrityError where an answer does not verify */
export async function addMany(
  context: DeviceContext,
  rows: readonly NewClient[],
  options: Options,
): Promise<ImportedClient[]> {
  const { vault } = options;
  if (rows.length > rowsMax) throw new InputError('INPUT_INVALID', { name: 'rows', count: rows.length });
  const profiles = rows.map(toProfile);
  const { book, env, store, keyring } = context;
  await book.sync();
  const journal = await ImportJournal.open(
    { engine: env.engine, store },
    vault,
    profiles.map((profile, place) => [profileCard('', profile), rows[place]?.class ?? defaultClass]),
  );
  const results: ImportedClient[] = rows.map(() => ({ state: 'not-begun' }));
  let doneCount = 0;
  let failedCount = 0;
  let isEnded = false;
  const intake = shareIntakeKey(context);
  const slotsFrom = gatherSlots(context, vault);
  let officeAtMs = env.clock.nowMs();

  async function addRow(place: number, noted: NotedClient): Promise<void> {
    if (isEnded || options.signal?.aborted === true) return;
    const profile = profiles[place];
    if (profile === undefined) return;
    try {
      const { code, wasThere } = await completeClient(context, {
        ...noted,
        vault,
        class: rows[place]?.class ?? defaultClass,
        profile,
        recentMs,
        intake,
        slotsFrom,
      });
      results[place] = { state: wasThere ? 'was-added' : 'added', code, room: noted.room };
      doneCount += 1;
    } catch (cause) {
      if (!(cause instanceof StrongroomError)) throw cause;
      results[place] = { state: 'failed', error: cause.code };
      failedCount += 1;
      if (endingCodes.has(cause.code)) isEnded = true;
    }
    options.onProgress?.({ doneCount, failedCount, totalCount: rows.length });
  }

  const chunks = new Map<number, Promise<readonly NotedClient[]>>();

  /** The ids of a row, noted with those of its chunk. */
  async function noteOf(place: number): Promise<NotedClient | undefined> {
    const chunk = Math.floor(place / rowsPerChunk);
    let noted = chunks.get(chunk);
    if (noted === undefined) {
      const count = Math.min(rowsPerChunk, rows.length - chunk * rowsPerChunk);
      noted = keyring.save().then(async () => await journal.note(chunk, count));
      chunks.set(chunk, noted);
    }
    return (await noted)[place % rowsPerChunk];
  }

  try {
    await forEach(rows.keys(), inFlight, async (place) => {
      if (isEnded || options.signal?.aborted === true) return;
      if (env.clock.nowMs() - officeAtMs > officeEveryMs) {
        officeAtMs = env.clock.nowMs();
        await book.syncLedger(officeId);
      }
      const noted = await noteOf(place);
      if (noted !== undefined) await addRow(place, noted);
    });
  } finally {
    await keyring.save();
    await book.keep();
  }
  if (results.every(({ state }) => state === 'added' || state === 'was-added')) await journal.remove();
  return results;
}

/** One intake key for many rows. */
function shareIntakeKey(context: DeviceContext): IntakeSource {
  const shared = new Map<VaultId, { readonly key: Promise<Uint8Array>; left: number }>();
  return async (vault, isAnew) => {
    let found = shared.get(vault);
    if (found === undefined || isAnew || found.left <= 0) {
      found = { key: fetchIntakeKey(context, vault), left: rowsPerIntakeKey };
      shared.set(vault, found);
    }
    found.left -= 1;
    return await found.key;
  };
}
