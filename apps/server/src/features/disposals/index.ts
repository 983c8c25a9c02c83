/** What a certificate of destruction is made of: the entries of a disposal, each with its receipt. */
import { disposalGraceMs, findDisposal, mayReadChain } from '@strongroom/authority';
import { AccessError } from '@strongroom/core';
import type { Handler, HandlersOf } from '../../handler.ts';
import { makeReceipt } from '../ledger/index.ts';
import { getSession } from '../sessions/index.ts';

export { erasePayloads } from './erase-payloads.ts';
export { removeDestroyed } from './remove-destroyed.ts';

const getDisposal: Handler<'getDisposal'> = async (context, { params, session }) => {
  const { person } = getSession(session);
  const states = context.ledgers.states(params.vault);
  const disposal = findDisposal(states.vault ?? states.office.own, params.disposal);
  if (disposal === undefined || !mayReadChain(states, disposal.room, person, context.ledgers.now()))
    throw new AccessError('ACCESS_DENIED');
  const indexes = [
    disposal.proposal.index,
    disposal.approval?.index,
    disposal.intent?.index,
    disposal.end?.index,
  ];
  const receipts = [];
  for (const index of indexes)
    if (index !== undefined)
      receipts.push(await makeReceipt(context, { ledger: params.vault, index, known: 0 }));
  return {
    state: disposal.stage,
    ...(disposal.approval === undefined ? {} : { graceEndsAtMs: disposal.approval.atMs + disposalGraceMs }),
    receipts,
  };
};

export const disposalHandlers: HandlersOf<'getDisposal'> = { getDisposal };
