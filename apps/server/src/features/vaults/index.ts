/** Vaults: the warden makes a ledger and its key, the owner signs that the vault exists, then its database is made. */
import { decodeBody, findGrant, mayReadLedger } from '@strongroom/authority';
import { AccessError, InputError, officeId } from '@strongroom/core';
import type { RoomId, VaultId } from '@strongroom/core';
import type { ServerContext } from '../../context.ts';
import type { Handler, HandlersOf } from '../../handler.ts';
import type { OfficeTables, Writer } from '../../storage/index.ts';
import { toSignatures } from '../entries/index.ts';
import { confirm } from '../ledger/index.ts';
import { getSession } from '../sessions/index.ts';

const prepareVault: Handler<'prepareVault'> = async (context, { body: { vault } }) => {
  if (vault === officeId) throw new AccessError('ACCESS_DENIED');
  const { origin, vkey } = await context.warden.call((client) => client.prepareLedger({ ledger: vault }));
  await context.faults.hit('server.vault.after-prepare');
  await context.folders.office.transact(async (writer) => {
    await writer
      .insertInto('vaults')
      .values({ vault, origin, vkey, is_open: 0, created_ms: context.clock.nowMs() })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  });
  return { origin, vkey };
};

const createVault: Handler<'createVault'> = async (context, { body: input, session }) => {
  const body = decodeBody(input.body);
  if (body.k !== 'vault.created') throw new InputError('REQUEST_INVALID', { reason: 'kind' });
  const { vault } = body;
  const prepared = await context.folders.office.read((db) =>
    db.selectFrom('vaults').select('vkey').where('vault', '=', vault).executeTakeFirst(),
  );
  // The key in the statement is the one the warden made, or devices would reject all that comes from this vault.
  if (prepared?.vkey !== body.vkey) throw new InputError('REQUEST_INVALID', { reason: 'vkey' });
  const { index } = await context.ledgers.office.append({
    body: input.body,
    sigs: toSignatures(input.sigs),
    isOnce: true,
    async write(writer) {
      const office = writer as unknown as Writer<OfficeTables>;
      await office.updateTable('vaults').set({ is_open: 1 }).where('vault', '=', vault).execute();
    },
  });
  await context.faults.hit('server.vault.before-database');
  await context.ledgers.open(vault);
  const { person } = getSession(session);
  return await confirm(context, { ledger: officeId, index, known: input.known, chains: ['firm', person] });
};

const listVaults: Handler<'listVaults'> = async (context, { session }) => {
  const { person } = getSession(session);
  const moment = context.ledgers.now();
  const seesAll = mayReadLedger({ office: context.ledgers.officeState }, person, moment);
  const vaults = context.ledgers
    .vaults()
    .map((vault) => ({ vault, rooms: listRoomsOf(context, vault, person) }))
    .filter(({ rooms }) => seesAll || rooms.length > 0);
  return { vaults };
};

function listRoomsOf(
  context: ServerContext,
  vault: VaultId,
  person: Parameters<typeof findGrant>[2],
): RoomId[] {
  const states = context.ledgers.states(vault);
  const moment = context.ledgers.now();
  return [...(states.vault?.rooms.keys() ?? [])].filter(
    (room) => findGrant(states, room, person, moment) !== undefined,
  );
}

export const vaultHandlers: HandlersOf<'prepareVault' | 'createVault' | 'listVaults'> = {
  prepareVault,
  createVault,
  listVaults,
};
