/** The first run: the warden's keys for the genesis, then the genesis itself with everything the first person needs. */
import { decodeBody } from '@strongroom/authority';
import { ConflictError, encodeBase64url, InputError, officeId } from '@strongroom/core';
import type { ServerContext } from '../../context.ts';
import type { Handler } from '../../handler.ts';
import { assertFollowing, insertAttachments, nameAttachments, toSignatures } from '../entries/index.ts';
import { confirm } from '../ledger/index.ts';
import { findPasswordUnlock, insertPassword } from '../passwords/index.ts';
import { dropFirstRunCode } from './first-run-code.ts';

export const prepareFirm: Handler<'prepareFirm'> = async (context, { body: input }) => {
  if (context.ledgers.officeState.firm !== undefined) throw new ConflictError('FIRM_EXISTS');
  const prepared = await context.warden.call((client) =>
    client.prepareLedger({ ledger: officeId, firm: input.firm, isAnew: true }),
  );
  const { warden, publicKey } = await context.warden.call((client) => client.hello());
  return {
    wardenNumber: warden,
    wardenSign: publicKey,
    vkey: prepared.vkey,
    origin: prepared.origin,
    registrationResponse: context.opaque.answerRegistration(input.person, input.registrationRequest),
  };
};

export const createFirm: Handler<'createFirm'> = async (context, { body: input }) => {
  const genesis = decodeBody(input.body);
  if (genesis.k !== 'firm.created') throw new InputError('REQUEST_INVALID', { reason: 'kind' });
  await assertSameFirm(context, genesis.firm);
  // The device takes what the warden said; the server holds it against the warden once more.
  const prepared = await context.warden
    .call((client) => client.prepareLedger({ ledger: officeId, firm: genesis.firm }))
    .catch((cause: unknown) => {
      // Somebody began a first run after this one: the one that began last goes on.
      const isOther = cause instanceof ConflictError && cause.code === 'LEDGER_UNKNOWN';
      throw isOther ? new ConflictError('FIRST_RUN_OVERTAKEN') : cause;
    });
  if (prepared.vkey !== genesis.warden.ledger) throw new InputError('REQUEST_INVALID', { reason: 'vkey' });
  assertFollowing(input.following, officeId, genesis.device.id);
  const bodies = [input.body, ...input.following.map(({ body }) => body)];
  const attachments = nameAttachments(context, bodies, input.attachments);
  const unlock = findPasswordUnlock(genesis.unlocks);
  const { office } = context.ledgers;
  const { index } = await office.append({
    body: input.body,
    sigs: toSignatures(input.sigs),
    isOnce: true,
    async write(writer, position) {
      await insertAttachments(writer, attachments, position);
      await insertPassword(writer, {
        person: genesis.person,
        unlock,
        record: encodeBase64url(input.registrationRecord),
        kitHalf: input.kitHalf,
      });
    },
  });
  await context.faults.hit('server.firm.after-genesis');
  for (const { body, sigs } of input.following)
    await office.append({ body, sigs: toSignatures(sigs), isOnce: true });
  const answer = await confirm(context, {
    ledger: officeId,
    index,
    known: { office: 0 },
    chains: ['firm', genesis.person, genesis.staffRoom, genesis.officersRoom],
  });
  await dropFirstRunCode(context);
  return answer;
};

/** A firm that was begun may be finished with the same genesis; another is refused. */
async function assertSameFirm(context: ServerContext, firm: string): Promise<void> {
  const existing = context.ledgers.officeState.firm;
  if (existing !== undefined && existing.id !== firm) throw new ConflictError('FIRM_EXISTS');
}
