/** OPAQUE records and kit halves: what the server keeps of a person's ways in. Neither opens anything without the kit's secret. */
import type { UnlockKeys } from '@strongroom/authority';
import { InputError } from '@strongroom/core';
import type { ServerContext } from '../../context.ts';
import type { OfficeTables, VaultTables, Writer } from '../../storage/index.ts';

/** The id of the password unlock that a body names. @throws InputError REQUEST_INVALID when there is not exactly one */
export function findPasswordUnlock(unlocks: readonly UnlockKeys[]): string {
  const [unlock, ...others] = unlocks.filter(({ type }) => type === 'password');
  if (unlock === undefined || others.length > 0)
    throw new InputError('REQUEST_INVALID', { reason: 'unlocks' });
  return unlock.id;
}

/** Stores a person's OPAQUE record and kit half in the transaction of the entry that names the unlocks. */
export async function insertPassword(
  vaultWriter: Writer<VaultTables>,
  row: { person: string; unlock: string; record: string; kitHalf: Uint8Array },
): Promise<void> {
  // The office's database has these tables too; a writer of its ledger is typed as a vault's.
  const writer = vaultWriter as unknown as Writer<OfficeTables>;
  const { person, unlock, record, kitHalf } = row;
  await writer.insertInto('passwords').values({ person, unlock, record }).execute();
  await writer.insertInto('kit_halves').values({ person, unlock, half: kitHalf }).execute();
}

/** A person's OPAQUE record; undefined for a person without one. */
export async function findPasswordRecord(
  context: ServerContext,
  person: string,
): Promise<string | undefined> {
  const row = await context.folders.office.read((db) =>
    db.selectFrom('passwords').select('record').where('person', '=', person).executeTakeFirst(),
  );
  return row?.record;
}

/** The id of the unlock to which a person's OPAQUE record belongs. */
export async function findPasswordUnlockOf(
  context: ServerContext,
  person: string,
): Promise<string | undefined> {
  const row = await context.folders.office.read((db) =>
    db.selectFrom('passwords').select('unlock').where('person', '=', person).executeTakeFirst(),
  );
  return row?.unlock;
}
