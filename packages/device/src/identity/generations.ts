/**
 * The person's own generations: taking up what another of the person's devices made, and making one when a device or an unlock
 * was cut off, with nothing to type (architecture: people and devices).
 */
import {
  compareBytes,
  deriveGenerationKeys,
  IntegrityError,
  officeId,
  sealPreviousGeneration,
} from '@strongroom/core';
import type { PersonId } from '@strongroom/core';
import { devicesOf, findPerson, isGenerationDue, newestGeneration, unlocksOf } from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';
import { hashAttachment, openOwnGeneration, sealGenerationBoxes } from './generation-boxes.ts';
import type { BoxRecipient } from './generation-boxes.ts';
import { writeIdentity } from './identity.ts';

const now = Number.MAX_SAFE_INTEGER;

/** Opens the boxes of generations that this device does not hold yet. @throws IntegrityError IDENTITY_REFUSED */
export async function takeUpGenerations(context: DeviceContext): Promise<void> {
  const { api, book, device, env, identity, person, store } = context;
  const newest = newestGeneration(book.office, person, now);
  if (newest === undefined || identity.generations.has(newest.n)) return;
  for (const generation of findPerson(book.office, person)?.generations ?? []) {
    if (identity.generations.has(generation.n)) continue;
    const attachment = await api.call('getAttachment', {
      params: { ledger: officeId, hash: generation.boxesHash },
    });
    if (compareBytes(hashAttachment(env.engine, attachment), generation.boxesHash) !== 0) {
      throw new IntegrityError('IDENTITY_REFUSED', { generation: generation.n });
    }
    const seed = await openOwnGeneration(env.engine, {
      attachment,
      person,
      generation: generation.n,
      recipient: device,
      kemSeed: identity.kemSeed,
      generationKem: generation.kem,
    });
    identity.generations.set(generation.n, seed);
  }
  await writeIdentity(store, identity);
}

/** Makes the person's next generation if one is due. Answers its number. */
export async function makeDueGeneration(context: DeviceContext): Promise<number | undefined> {
  const { book, env, identity, person, store } = context;
  const { engine } = env;
  if (!isGenerationDue(book.office, person, now)) return undefined;
  const newest = newestGeneration(book.office, person, now);
  const previousSeed = newest === undefined ? undefined : identity.generations.get(newest.n);
  if (newest === undefined || previousSeed === undefined) throw new IntegrityError('IDENTITY_REFUSED');
  const n = newest.n + 1;
  const seed = engine.randomBytes(32);
  const kem = await engine.hpkePublicKey(deriveGenerationKeys(engine, seed).kemSeed);
  const recipients: BoxRecipient[] = [
    ...devicesOf(book.office, person, now),
    ...unlocksOf(book.office, person, now),
  ];
  const boxes = await sealGenerationBoxes(engine, { person, generation: n, seed, recipients });
  const previous = await sealPreviousGeneration(engine, {
    genSeed: seed,
    person,
    generation: n,
    previousSeed,
  });
  // Kept before it is named: a generation whose seed nobody holds would lock the person out.
  identity.generations.set(n, seed);
  await writeIdentity(store, identity);
  await book.append<PersonId>({
    ledger: officeId,
    chain: person,
    attachments: [boxes, previous],
    makeBody: (start) => {
      if (!isGenerationDue(book.office, person, now))
        throw new IntegrityError('IDENTITY_REFUSED', { generation: n });
      return {
        k: 'generation.made',
        ...start,
        n,
        kem,
        boxesHash: hashAttachment(engine, boxes),
        previousHash: hashAttachment(engine, previous),
      };
    },
  });
  return n;
}
