import { ledgerKeysOf } from '@strongroom/authority';
import { assert, DependencyError, officeId } from '@strongroom/core';
import type { Handler } from '../../handler.ts';

export const getFirm: Handler<'getFirm'> = async (context) => {
  const { firm } = context.ledgers.officeState;
  if (firm === undefined) return { state: 'new' };
  const { office } = context.ledgers;
  const checkpoint = office.checkpoint();
  if (checkpoint.size === 0) throw new DependencyError('WARDEN_UNAVAILABLE');
  const { store } = context.folders.open(officeId);
  const readEntry = async (position: number): Promise<Uint8Array> => {
    const row = await store.read((db) =>
      db.selectFrom('entries').select('entry').where('position', '=', position).executeTakeFirstOrThrow(),
    );
    return row.entry;
  };
  const vkey = ledgerKeysOf(context.engine, context.ledgers.officeState, officeId).at(-1)?.vkey;
  assert(vkey !== undefined, 'a firm has a warden');
  const promoted = context.ledgers.officeState.promotions?.at(-1);
  return {
    state: 'created',
    firm: firm.id,
    genesis: await readEntry(0),
    root: firm.root,
    origin: vkey.slice(0, vkey.indexOf('+')),
    vkey,
    checkpoint: checkpoint.note,
    inclusion: await office.tree.inclusion(0, checkpoint.size),
    size: checkpoint.size,
    ...(promoted === undefined ? {} : { promotion: await readEntry(promoted.from) }),
  };
};

export const getHealth: Handler<'getHealth'> = async (context) => ({
  version: context.version,
  isReady: context.warden.isReachable && !context.ledgers.isRestoreMode,
  isWardenReachable: context.warden.isReachable,
  isRestoreMode: context.ledgers.isRestoreMode,
  isUnsafeTest: context.isUnsafeTest,
});
