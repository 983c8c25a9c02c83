import { decodeBody } from '@strongroom/authority';
import { AccessError, encodeBase64url, InputError, officeId } from '@strongroom/core';
import type { Handler } from '../../handler.ts';
import { assertFollowing, insertAttachments, nameAttachments, toSignatures } from '../entries/index.ts';
import { confirm, readChains, readHeads } from '../ledger/index.ts';
import { assertInvitation } from './invitation-proof.ts';
import { findPasswordUnlock, insertPassword } from '../passwords/index.ts';

export const startRegistration: Handler<'startRegistration'> = async (context, { body: input }) => {
  const invitation = await assertInvitation(context, input.proof);
  if (!invitation.isOpen) throw new AccessError('INVITATION_INVALID');
  const { bytes, heads } = await readHeads(context, officeId, ['firm']);
  const { entries } = await readChains(context, officeId, [['firm', 0]], heads, {
    entriesMax: Number.MAX_SAFE_INTEGER,
  });
  return {
    person: invitation.person,
    registrationResponse: context.opaque.answerRegistration(invitation.person, input.registrationRequest),
    entries,
    heads: bytes,
  };
};

export const enrol: Handler<'enrol'> = async (context, { body: input }) => {
  // A closed invitation passes here: the same enrolment again is answered again, another is void.
  const invitation = await assertInvitation(context, input.proof);
  const body = decodeBody(input.body);
  if (body.k !== 'person.enrolled' || body.invitation !== invitation.id)
    throw new InputError('REQUEST_INVALID', { reason: 'kind' });
  assertFollowing(input.following, officeId, body.device.id);
  const bodies = [input.body, ...input.following.map((following) => following.body)];
  const attachments = nameAttachments(context, bodies, input.attachments);
  const unlock = findPasswordUnlock(body.unlocks);
  const { office } = context.ledgers;
  const { index } = await office.append({
    body: input.body,
    sigs: toSignatures(input.sigs),
    isOnce: true,
    async write(writer, position) {
      await insertAttachments(writer, attachments, position);
      await insertPassword(writer, {
        person: body.person,
        unlock,
        record: encodeBase64url(input.registrationRecord),
        kitHalf: input.kitHalf,
      });
    },
  });
  for (const following of input.following)
    await office.append({ body: following.body, sigs: toSignatures(following.sigs), isOnce: true });
  return await confirm(context, {
    ledger: officeId,
    index,
    known: { office: 0 },
    chains: ['firm', body.person],
  });
};
