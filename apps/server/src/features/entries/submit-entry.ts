/** Statements that devices sign, for the office and for vaults alike. */
import { decodeBody, personOf } from '@strongroom/authority';
import type { Body, DeviceBody } from '@strongroom/authority';
import { AccessError, InputError } from '@strongroom/core';
import { confirm, getLedger } from '../ledger/index.ts';
import { getSession } from '../sessions/index.ts';
import type { Handler, HandlersOf } from '../../handler.ts';
import { insertAttachments, nameAttachments } from './attachments.ts';
import { toSignatures } from './signatures.ts';

/** Kinds that are made by the server or the warden, or have a call of their own that stores more than the entry. */
const elsewhere: ReadonlySet<Body['k']> = new Set([
  'firm.created',
  'person.enrolled',
  'vault.created',
  'written',
  'shared',
  'released',
  'listed',
  'leased',
  'refused',
  'signed-in',
  'warden.refused',
  'destruction.intended',
  'destroyed',
  'destruction.stopped',
  'hour.cut',
]);

const submitEntry: Handler<'submitEntry'> = async (context, { params, body: input, session }) => {
  const { person } = getSession(session);
  const body = decodeBody(input.body);
  const ledger = getLedger(context, params.ledger);
  if (elsewhere.has(body.k) || body.l !== params.ledger)
    throw new InputError('REQUEST_INVALID', { reason: 'kind' });
  if (body.k === 'room.created' && body.client !== undefined)
    throw new InputError('REQUEST_INVALID', { reason: 'client' });
  const statement = body as DeviceBody;
  if (personOf(context.ledgers.officeState, statement.d) !== person)
    throw new AccessError('ENTRY_REFUSED', { reason: 'VOID_SIGNER' });
  const attachments = nameAttachments(context, [input.body], input.attachments);
  const { index } = await ledger.append({
    body: input.body,
    sigs: toSignatures(input.sigs),
    isOnce: true,
    write: (writer, position) => insertAttachments(writer, attachments, position),
  });
  const chains = ['firm', person, statement.c[0]];
  return await confirm(context, { ledger: params.ledger, index, known: input.known, chains });
};

export const entryHandlers: HandlersOf<'submitEntry'> = { submitEntry };
