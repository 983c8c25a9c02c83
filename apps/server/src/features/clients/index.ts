/** Clients: a random code, unique in the vault, for a main room. Names are sealed records; the server has none. */
import { decodeBody, findGrant } from '@strongroom/authority';
import { ConflictError, InputError } from '@strongroom/core';
import type { RoomId } from '@strongroom/core';
import type { Handler, HandlersOf } from '../../handler.ts';
import { insertAttachments, nameAttachments, toSignatures } from '../entries/index.ts';
import { confirm, getLedger } from '../ledger/index.ts';
import { getSession } from '../sessions/index.ts';

const createClient: Handler<'createClient'> = async (context, { params, body: input, session }) => {
  const body = decodeBody(input.body);
  if (body.k !== 'room.created' || body.client === undefined || body.l !== params.vault)
    throw new InputError('REQUEST_INVALID', { reason: 'kind' });
  const { client: code, room } = body;
  const { store } = context.folders.open(params.vault);
  const holder = await store.read((db) =>
    db.selectFrom('clients').select('room').where('code', '=', code).executeTakeFirst(),
  );
  if (holder !== undefined && holder.room !== room) throw new ConflictError('CODE_TAKEN');
  const attachments = nameAttachments(context, [input.body], input.attachments);
  const { person } = getSession(session);
  const chains = ['firm', person, room];
  const { index, heads, stored } = await getLedger(context, params.vault).append({
    body: input.body,
    sigs: toSignatures(input.sigs),
    isOnce: true,
    chains,
    async write(writer, position) {
      const inserted = await writer
        .insertInto('clients')
        .values({ code, room })
        .onConflict((conflict) => conflict.doNothing())
        .returning('code')
        .executeTakeFirst();
      if (inserted === undefined) throw new ConflictError('CODE_TAKEN');
      await insertAttachments(writer, attachments, position);
    },
  });
  return await confirm(context, {
    ledger: params.vault,
    index,
    known: input.known,
    chains,
    heads,
    stored,
  });
};

const listClients: Handler<'listClients'> = async (context, { params, session }) => {
  const { person } = getSession(session);
  const states = context.ledgers.states(params.vault);
  const moment = context.ledgers.now();
  const rows = await context.folders
    .open(params.vault)
    .store.read((db) => db.selectFrom('clients').selectAll().orderBy('code').execute());
  const clients = rows
    .map(({ code, room }) => ({ code, room: room as RoomId }))
    .filter(({ room }) => findGrant(states, room, person, moment) !== undefined);
  return { clients };
};

export const clientHandlers: HandlersOf<'createClient' | 'listClients'> = { createClient, listClients };
