/** The keys of a person at his start: device, two unlocks, the first generation with its boxes (docs/spec/bytes.md section 4). */
import {
  deriveGenerationKeys,
  deriveKitUnlockSeed,
  derivePasswordUnlockSeed,
  deriveUnlockKeys,
  formatFingerprint,
  newId,
} from '@strongroom/core';
import type { DeviceId, Engine, Kit, PersonId, UnlockId } from '@strongroom/core';
import type { BodySigner, DeviceKeys, FirstGeneration, UnlockKeys } from '@strongroom/authority';
import { hashAttachment, sealGenerationBoxes } from '../identity/generation-boxes.ts';
import type { Identity } from '../identity/identity.ts';

/** Everything that a genesis or an enrolment names and signs. */
export interface PersonKeys {
  readonly device: DeviceKeys;
  readonly unlocks: readonly UnlockKeys[];
  readonly generation: FirstGeneration;
  readonly boxes: Uint8Array;
  /** Device first, then the unlocks. */
  readonly signers: readonly BodySigner[];
  readonly identity: Identity;
  readonly fingerprint: string;
  /** Public key of the kit unlock, to which the recovery key is sealed. */
  readonly kitKem: Uint8Array;
}

/** Makes them. */
export async function makePersonKeys(
  engine: Engine,
  options: {
    readonly person: PersonId;
    readonly device: DeviceId;
    readonly exportKey: Uint8Array;
    readonly kit: Kit;
    readonly kitHalf: Uint8Array;
  },
): Promise<PersonKeys> {
  const { person, device, kit } = options;
  const signSeed = engine.randomBytes(32);
  const kemSeed = engine.randomBytes(32);
  const seed = engine.randomBytes(32);
  const deviceKeys: DeviceKeys = {
    id: device,
    sign: await engine.ed25519PublicKey(signSeed),
    kem: await engine.hpkePublicKey(kemSeed),
  };
  const password = await makeUnlock(
    engine,
    'password',
    derivePasswordUnlockSeed(engine, { exportKey: options.exportKey, kitSecret: kit.kitSecret, person }),
  );
  const kitUnlock = await makeUnlock(
    engine,
    'kit',
    deriveKitUnlockSeed(engine, { ...kit, kitHalf: options.kitHalf, person }),
  );
  const kem = await engine.hpkePublicKey(deriveGenerationKeys(engine, seed).kemSeed);
  const boxes = await sealGenerationBoxes(engine, {
    person,
    generation: 1,
    seed,
    recipients: [deviceKeys, password.keys, kitUnlock.keys],
  });
  return {
    device: deviceKeys,
    unlocks: [password.keys, kitUnlock.keys],
    generation: { n: 1, kem, boxesHash: hashAttachment(engine, boxes) },
    boxes,
    signers: [{ id: device, seed: signSeed }, password.signer, kitUnlock.signer],
    identity: { signSeed, kemSeed, generations: new Map([[1, seed]]) },
    fingerprint: formatFingerprint(engine, { person, generationKey: kem, deviceKey: deviceKeys.sign }),
    kitKem: kitUnlock.keys.kem,
  };
}

async function makeUnlock(
  engine: Engine,
  type: 'password' | 'kit',
  seed: Uint8Array,
): Promise<{ readonly keys: UnlockKeys; readonly signer: BodySigner }> {
  const { signSeed, kemSeed } = deriveUnlockKeys(engine, seed);
  const id: UnlockId = newId(engine, 'unl');
  return {
    keys: {
      id,
      type,
      sign: await engine.ed25519PublicKey(signSeed),
      kem: await engine.hpkePublicKey(kemSeed),
    },
    signer: { id, seed: signSeed },
  };
}
