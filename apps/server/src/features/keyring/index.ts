/** Each person's sealed keyring of a vault, under compare-and-set. */
import { ConflictError } from '@strongroom/core';
import type { Handler, HandlersOf } from '../../handler.ts';
import { getSession } from '../sessions/index.ts';

const getKeyring: Handler<'getKeyring'> = async (context, { params, session }) => {
  const { person } = getSession(session);
  const row = await context.folders
    .open(params.vault)
    .store.read((db) =>
      db.selectFrom('keyrings').select(['number', 'bytes']).where('person', '=', person).executeTakeFirst(),
    );
  return row === undefined ? { number: 0 } : { number: row.number, sealed: row.bytes };
};

const putKeyring: Handler<'putKeyring'> = async (context, { params, body, session }) => {
  const { person } = getSession(session);
  const { number, sealed } = body;
  await context.folders.open(params.vault).store.transact(async (writer) => {
    const row = await writer
      .selectFrom('keyrings')
      .select(['number', 'bytes'])
      .where('person', '=', person)
      .executeTakeFirst();
    const isRepeated = row?.number === number && Buffer.compare(row.bytes, sealed) === 0;
    if (isRepeated) return;
    if (number !== (row?.number ?? 0) + 1)
      throw new ConflictError('KEYRING_CONFLICT', { number: row?.number ?? 0 });
    await writer
      .insertInto('keyrings')
      .values({ person, number, bytes: sealed })
      .onConflict((conflict) => conflict.column('person').doUpdateSet({ number, bytes: sealed }))
      .execute();
  });
};

export const keyringHandlers: HandlersOf<'getKeyring' | 'putKeyring'> = { getKeyring, putKeyring };
