/** People whose keys the tests hold: what a malicious member has of his own. */
import { newId } from '@strongroom/core';
import type { DeviceId, Engine, PersonId, UnlockId } from '@strongroom/core';
import type { BodySigner, DeviceKeys, UnlockKeys, UnlockType } from '@strongroom/authority';

/** A key pair of each kind with its owner's id. */
export interface Keys<I> {
  readonly id: I;
  readonly seed: Uint8Array;
  readonly sign: Uint8Array;
  readonly kemSeed: Uint8Array;
  readonly kem: Uint8Array;
}

/** A person with one device and two unlocks. */
export interface Member {
  readonly person: PersonId;
  readonly device: Keys<DeviceId>;
  readonly unlocks: readonly (Keys<UnlockId> & { readonly type: UnlockType })[];
  readonly generation: Keys<'generation'>;
}

/** New keys. */
export async function makeKeys<I>(engine: Engine, id: I): Promise<Keys<I>> {
  const [seed, kemSeed] = [engine.randomBytes(32), engine.randomBytes(32)];
  const [sign, kem] = await Promise.all([engine.ed25519PublicKey(seed), engine.hpkePublicKey(kemSeed)]);
  return { id, seed, sign, kemSeed, kem };
}

/** A new person. */
export async function makeMember(engine: Engine): Promise<Member> {
  const types: readonly UnlockType[] = ['password', 'kit'];
  return {
    person: newId(engine, 'per'),
    device: await makeKeys(engine, newId(engine, 'dev')),
    unlocks: await Promise.all(
      types.map(async (type) => ({ ...(await makeKeys(engine, newId(engine, 'unl'))), type })),
    ),
    generation: await makeKeys(engine, 'generation'),
  };
}

/** The public half of a device as a statement names it. */
export function deviceKeys({ id, sign, kem }: Keys<DeviceId>): DeviceKeys {
  return { id, sign, kem };
}

/** The public half of an unlock as a statement names it. */
export function unlockKeys({ id, type, sign, kem }: Member['unlocks'][number]): UnlockKeys {
  return { id, type, sign, kem };
}

/** Who signs a genesis or an enrolment: the device, then the unlocks. */
export function signersOfStart(member: Member): readonly BodySigner[] {
  return [member.device, ...member.unlocks];
}
