/** The warden's intake keys: taken only under its signature, for this vault, and within their time (attacks A1, G5). */
import { encodeCbor, IntegrityError, verifyLabelled } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import type { DeviceContext } from '../device/context.ts';

/** An intake key of a vault that the warden signed and that has not ended. @throws IntegrityError INTAKE_KEY_REFUSED */
export async function fetchIntakeKey(context: DeviceContext, vault: VaultId): Promise<Uint8Array> {
  const { engine, clock } = context.env;
  const { keys } = await context.api.call('getIntake', { params: { vault } });
  for (const { pk, from, until, signature } of keys) {
    const isSigned = await verifyLabelled(engine, {
      label: 'intake',
      publicKey: context.book.wardenKey,
      bytes: encodeCbor([vault, pk, from, until]),
      signature,
    });
    if (!isSigned) throw new IntegrityError('INTAKE_KEY_REFUSED', { vault });
    // The newest comes first; one that has ended by our clock may be good by the warden's, within the age that heads may have.
    if (until + 600_000 > clock.nowMs()) return pk;
  }
  throw new IntegrityError('INTAKE_KEY_REFUSED', { vault });
}
