/** Proof of an open invitation: the signature of its one-time key, label `enrolment`, over cbor([invitation, at]). */
import type { Invitation } from '@strongroom/authority';
import { AccessError, encodeCbor, verifyLabelled } from '@strongroom/core';
import type { InvitationId } from '@strongroom/core';
import { limits } from '@strongroom/protocol';
import type { ServerContext } from '../../context.ts';

/** What the caller hands in. */
export type InvitationProof = {
  readonly invitation: InvitationId;
  readonly at: number;
  readonly signature: Uint8Array;
};

/** @throws AccessError INVITATION_INVALID: unknown, ended, too old or not signed by its key, all alike */
export async function assertInvitation(context: ServerContext, proof: InvitationProof): Promise<Invitation> {
  const found = context.ledgers.officeState.invitations.get(proof.invitation);
  const nowMs = context.clock.nowMs();
  const isRecent = Math.abs(nowMs - proof.at) <= limits.requestAgeMsMax;
  const isSigned = await verifyLabelled(context.engine, {
    label: 'enrolment',
    // A key of zeros costs the same and verifies nothing.
    publicKey: found?.key ?? new Uint8Array(32),
    bytes: encodeCbor([proof.invitation, proof.at]),
    signature: proof.signature,
  });
  if (found === undefined || !isSigned || !isRecent || found.endsAt < nowMs)
    throw new AccessError('INVITATION_INVALID');
  return found;
}
