/** Statements that devices sign, for the office and for vaults alike. */
import { personOf } from '@strongroom/authority';
import { AccessError } from '@strongroom/core';
import { confirm, getLedger } from '../ledger/index.ts';
import { getSession } from '../sessions/index.ts';
import type { Handler, HandlersOf } from '../../handler.ts';
import { insertAttachments, nameAttachments } from './attachments.ts';
import { readStatement } from './read-statement.ts';
import { toSignatures } from './signatures.ts';

const submitEntry: Handler<'submitEntry'> = async (context, { params, body: input, session }) => {
  const { person, unlock, device } = getSession(session);
  const ledger = getLedger(context, params.ledger);
  const statement = readStatement(input.body, params.ledger);
  if (personOf(context.ledgers.officeState, statement.d) !== person)
    throw new AccessError('ENTRY_REFUSED', { reason: 'VOID_SIGNER' });
  // A pass adds the device it was begun for, and nothing else.
  const isPassUse =
    statement.k === 'device.added' && statement.d === unlock && statement.device.id === device;
  if (unlock !== undefined && !isPassUse) throw new AccessError('ENTRY_REFUSED', { reason: 'VOID_RIGHT' });
  const attachments = nameAttachments(context, [input.body], input.attachments);
  const chains = ['firm', person, statement.c[0]];
  const { index, heads, stored } = await ledger.append({
    body: input.body,
    sigs: toSignatures(input.sigs),
    isOnce: true,
    chains,
    write: (writer, position) => insertAttachments(writer, attachments, position),
  });
  return await confirm(context, {
    ledger: params.ledger,
    index,
    known: input.known,
    chains,
    heads,
    stored,
  });
};

export const entryHandlers: HandlersOf<'submitEntry'> = { submitEntry };
