import { decodeEntry, editionOf, vkeyOfEdition } from '@strongroom/authority';
import { assert, DependencyError, officeId } from '@strongroom/core';
import type { Handler } from '../../handler.ts';

export const getFirm: Handler<'getFirm'> = async (context) => {
  const { firm } = context.ledgers.officeState;
  if (firm === undefined) return { state: 'new' };
  const { office } = context.ledgers;
  const checkpoint = office.checkpoint();
  if (checkpoint.size === 0) throw new DependencyError('WARDEN_UNAVAILABLE');
  const row = await context.folders
    .open(officeId)
    .store.read((db) =>
      db.selectFrom('entries').select('entry').where('position', '=', 0).executeTakeFirstOrThrow(),
    );
  const { body } = decodeEntry(row.entry);
  assert(body.k === 'firm.created', 'entry 0 of the office is the genesis');
  const edition = editionOf(context.ledgers.officeState, officeId);
  const vkey = vkeyOfEdition(context.engine, body.warden.ledger, edition);
  return {
    state: 'created',
    firm: firm.id,
    genesis: row.entry,
    root: firm.root,
    origin: vkey.slice(0, vkey.indexOf('+')),
    vkey,
    checkpoint: checkpoint.note,
    inclusion: await office.tree.inclusion(0, checkpoint.size),
    size: checkpoint.size,
  };
};

export const getHealth: Handler<'getHealth'> = async (context) => ({
  version: context.version,
  isReady: context.warden.isReachable && !context.ledgers.isRestoreMode,
  isWardenReachable: context.warden.isReachable,
  isRestoreMode: context.ledgers.isRestoreMode,
  isUnsafeTest: context.isUnsafeTest,
});
