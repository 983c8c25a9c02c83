/**
 * The person's own generations: taking up what another of the person's devices made, and making one when a device or an unlock
 * was cut off, with nothing to type (architecture: people and devices).
 */
import {
  ConflictError,
  deriveGenerationKeys,
  IntegrityError,
  officeId,
  sealPreviousGeneration,
} from '@strongroom/core';
import type { PersonId } from '@strongroom/core';
import { devicesOf, isGenerationDue, newestGeneration, unlocksOf } from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';
import { hashAttachment, sealGenerationBoxes } from './generation-boxes.ts';
import { writeIdentity } from './identity.ts';
import { isGenerationSeed, openGenerations } from './open-generations.ts';

const now = Number.MAX_SAFE_INTEGER;

/** Opens generations that this device does not hold yet. @throws IntegrityError IDENTITY_REFUSED */
export async function takeUpGenerations(context: DeviceContext): Promise<void> {
  const { api, book, device, env, identity, person, store } = context;
  const opened = await openGenerations({
    engine: env.engine,
    api,
    book,
    person,
    recipient: device,
    kemSeed: identity.kemSeed,
    held: identity.generations,
  });
  if (opened.size === 0) return;
  for (const [n, seed] of opened) identity.generations.set(n, seed);
  await writeIdentity(store, identity);
}

/**
 * Makes the person's next generation if one is due: boxes for the devices and unlocks that remain, and for nobody else. Answers its
 * number; undefined where none is due, or another of the person's devices was first.
 */
export async function makeDueGeneration(context: DeviceContext): Promise<number | undefined> {
  const { book, env, identity, person, store } = context;
  const { engine } = env;
  if (!isGenerationDue(book.office, person, now)) return undefined;
  const seed = engine.randomBytes(32);
  const kem = await engine.hpkePublicKey(deriveGenerationKeys(engine, seed).kemSeed);
  const attachments: Uint8Array[] = [];
  let n = 0;
  try {
    await book.append<PersonId>({
      ledger: officeId,
      chain: person,
      attachments,
      // Called again when something came between: a device added meanwhile gets its box, one cut off gets none.
      makeBody: async (start) => {
        if (!isGenerationDue(book.office, person, now)) throw new ConflictError('STATE_CHANGED');
        const newest = newestGeneration(book.office, person, now);
        const previousSeed = newest === undefined ? undefined : identity.generations.get(newest.n);
        if (newest === undefined || !(await isGenerationSeed(engine, previousSeed, newest.kem)))
          throw new IntegrityError('IDENTITY_REFUSED');
        n = newest.n + 1;
        const recipients = [...devicesOf(book.office, person, now), ...unlocksOf(book.office, person, now)];
        const boxes = await sealGenerationBoxes(engine, { person, generation: n, seed, recipients });
        const previous = await sealPreviousGeneration(engine, {
          genSeed: seed,
          person,
          generation: n,
          previousSeed: previousSeed as Uint8Array,
        });
        attachments.splice(0, attachments.length, boxes, previous);
        // Kept before it is named: a generation whose seed nobody holds would lock the person out.
        identity.generations.set(n, seed);
        await writeIdentity(store, identity);
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
  } catch (cause) {
    if (!(cause instanceof ConflictError) || cause.code !== 'STATE_CHANGED') throw cause;
    await takeUpGenerations(context);
    return undefined;
  }
  return n;
}
