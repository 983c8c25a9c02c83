import { decodeEntry, mayReadChain } from '@strongroom/authority';
import { AccessError } from '@strongroom/core';
import type { Handler } from '../../handler.ts';
import { getSession } from '../sessions/index.ts';

/** An attachment for whoever may read the chain of the statement that named it. */
export const getAttachment: Handler<'getAttachment'> = async (context, { params, session }) => {
  const row = await context.folders
    .open(params.ledger)
    .store.read((db) =>
      db
        .selectFrom('attachments')
        .innerJoin('entries', 'entries.position', 'attachments.position')
        .select(['attachments.bytes', 'entries.entry', 'entries.void_code'])
        .where('attachments.hash', '=', params.hash)
        .executeTakeFirst(),
    );
  if (row === undefined || row.void_code !== null) throw new AccessError('ACCESS_DENIED');
  const { body } = decodeEntry(row.entry);
  const chain = 'c' in body ? body.c[0] : undefined;
  const { person } = getSession(session);
  const states = context.ledgers.states(params.ledger);
  if (chain === undefined || !mayReadChain(states, chain, person, context.ledgers.now()))
    throw new AccessError('ACCESS_DENIED');
  return row.bytes;
};
