import { compareBytes, encodeCbor, hashLabelled } from '@strongroom/core';
import type { Engine, PersonId } from '@strongroom/core';
import type { OfficeState } from '../state/index.ts';
import type { Context } from './context.ts';

/** The fingerprint of a person (docs/spec/bytes.md section 4): 16 bytes over the first generation's and the first device's key. */
export function personFingerprint(
  engine: Pick<Engine, 'sha256'>,
  office: OfficeState,
  personId: PersonId,
): Uint8Array | undefined {
  const person = office.persons.get(personId);
  const kem = person?.generations[0]?.kem;
  const device = person?.devices[0];
  const sign = device === undefined ? undefined : office.devices.get(device)?.sign;
  if (kem === undefined || sign === undefined) return undefined;
  return hashLabelled(engine, 'fingerprint', encodeCbor([personId, kem, sign])).slice(0, 16);
}

/** Whether a grant names the fingerprint of the person it grants to. */
export function isFingerprintRight(context: Context, personId: PersonId, fingerprint: Uint8Array): boolean {
  const right = personFingerprint(context.engine, context.office, personId);
  return right !== undefined && compareBytes(right, fingerprint) === 0;
}
