/**
 * Seeds of the person's generations: the newest from the box of a device or an unlock, the older ones each from the one after it.
 * None is believed before its public half is the one that the person's own chain names (attack A5).
 */
import {
  compareBytes,
  deriveGenerationKeys,
  IntegrityError,
  officeId,
  openPreviousGeneration,
  StrongroomError,
} from '@strongroom/core';
import type { DeviceId, Engine, PersonId, UnlockId } from '@strongroom/core';
import { findPerson, newestGeneration } from '@strongroom/authority';
import type { Api } from '../api/index.ts';
import type { ChainBook } from '../chains/index.ts';
import { hashAttachment, openOwnGeneration } from './generation-boxes.ts';

const now = Number.MAX_SAFE_INTEGER;

/** Whether a seed is the one of a generation that a statement names. */
export async function isGenerationSeed(
  engine: Pick<Engine, 'hkdf' | 'hpkePublicKey'>,
  seed: Uint8Array | undefined,
  kem: Uint8Array,
): Promise<boolean> {
  if (seed === undefined) return false;
  return compareBytes(await engine.hpkePublicKey(deriveGenerationKeys(engine, seed).kemSeed), kem) === 0;
}

/**
 * All seeds up to the newest generation that are not held yet. Asks for nothing where the newest is held.
 * @throws IntegrityError IDENTITY_REFUSED
 */
export async function openGenerations(options: {
  readonly engine: Engine;
  readonly api: Api;
  readonly book: ChainBook;
  readonly person: PersonId;
  readonly recipient: DeviceId | UnlockId;
  readonly kemSeed: Uint8Array;
  readonly held: ReadonlyMap<number, Uint8Array>;
}): Promise<Map<number, Uint8Array>> {
  const { engine, api, book, person, recipient, kemSeed, held } = options;
  const opened = new Map<number, Uint8Array>();
  const newest = newestGeneration(book.office, person, now);
  if (newest === undefined) throw new IntegrityError('IDENTITY_REFUSED');
  if (await isGenerationSeed(engine, held.get(newest.n), newest.kem)) return opened;
  let seed = await openOwnGeneration(engine, {
    attachment: await fetchAttachment(engine, api, findAddedBox(book, recipient, newest) ?? newest.boxesHash),
    person,
    generation: newest.n,
    recipient,
    kemSeed,
    generationKem: newest.kem,
  });
  opened.set(newest.n, seed);
  const generations = findPerson(book.office, person)?.generations ?? [];
  for (let n = newest.n; n > 1; n--) {
    const before = generations.find((generation) => generation.n === n - 1);
    if (before === undefined) throw new IntegrityError('IDENTITY_REFUSED', { generation: n - 1 });
    if (await isGenerationSeed(engine, held.get(n - 1), before.kem)) break;
    const sealed = await fetchAttachment(engine, api, previousHashOf(book, person, n));
    seed = await openPrevious(engine, { genSeed: seed, person, generation: n, sealed });
    if (!(await isGenerationSeed(engine, seed, before.kem)))
      throw new IntegrityError('IDENTITY_REFUSED', { generation: n - 1 });
    opened.set(n - 1, seed);
  }
  return opened;
}

async function openPrevious(
  engine: Engine,
  options: Parameters<typeof openPreviousGeneration>[1],
): Promise<Uint8Array> {
  try {
    return await openPreviousGeneration(engine, options);
  } catch (cause) {
    if (!(cause instanceof StrongroomError)) throw cause;
    throw new IntegrityError('IDENTITY_REFUSED', { generation: options.generation - 1 }, { cause });
  }
}

/** The attachment with this hash. @throws IntegrityError IDENTITY_REFUSED for any other bytes */
async function fetchAttachment(engine: Engine, api: Api, hash: Uint8Array): Promise<Uint8Array> {
  const bytes = await api.call('getAttachment', { params: { ledger: officeId, hash } });
  if (compareBytes(hashAttachment(engine, bytes), hash) !== 0)
    throw new IntegrityError('IDENTITY_REFUSED', { reason: 'attachment' });
  return bytes;
}

/** Where the box of a device lies that was added after the newest generation was made. */
function findAddedBox(
  book: ChainBook,
  recipient: DeviceId | UnlockId,
  newest: { readonly from: number },
): Uint8Array | undefined {
  const from = book.office.devices.get(recipient as DeviceId)?.life.from;
  const body = from === undefined || from <= newest.from ? undefined : book.log(officeId)?.find(from)?.body;
  return body?.k === 'device.added' ? body.boxesHash : undefined;
}

/** Where the statement that made a generation says the seed before it lies. */
function previousHashOf(book: ChainBook, person: PersonId, n: number): Uint8Array {
  const log = book.log(officeId);
  for (const index of log?.indexes() ?? []) {
    const body = log?.find(index)?.body;
    if (body?.k === 'generation.made' && body.c[0] === person && body.n === n) return body.previousHash;
  }
  throw new IntegrityError('IDENTITY_REFUSED', { generation: n });
}
