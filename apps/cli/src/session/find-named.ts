/** What people type for a client, a person, a vault or a record, turned into its id. */
import { InputError, isId } from '@strongroom/core';
import type { PersonId, RecordId, VaultId } from '@strongroom/core';
import type { ClientRow, Device, PersonRow, RecordRow } from '@strongroom/device';
import { nameSubject } from '../subject.ts';

/** The client with this code, name or alias. @throws InputError NAME_UNKNOWN, NAME_AMBIGUOUS */
export async function getClient(device: Device, text: string | undefined): Promise<ClientRow> {
  if (text === undefined) throw nameSubject(new InputError('INPUT_MISSING'), '--client');
  return pickOne(await device.clients.find(text), text);
}

/** The person with this id or name. @throws InputError NAME_UNKNOWN, NAME_AMBIGUOUS */
export async function getPerson(device: Device, text: string): Promise<PersonId> {
  if (isId('per', text)) return text;
  const rows = await device.people.list();
  const wanted = text.toLocaleLowerCase();
  return pickOne(
    rows.filter((row: PersonRow) => row.name?.toLocaleLowerCase() === wanted),
    text,
  ).person;
}

/** The vault with this id or name; the only one where nothing was said. @throws InputError NAME_UNKNOWN, NAME_AMBIGUOUS */
export async function getVault(device: Device, text: string | undefined): Promise<VaultId> {
  if (text !== undefined && isId('vlt', text)) return text;
  const rows = await device.vaults.list();
  const found = text === undefined ? rows : rows.filter((row) => row.name === text);
  if (text === undefined && found.length !== 1) throw nameSubject(new InputError('INPUT_MISSING'), '--vault');
  return pickOne(found, text ?? '').vault;
}

/**
 * Records by their ids, with what this device knows of them, in the order asked for. What is cached is looked at first, so
 * that knowing a name again costs no ledger line. @throws InputError NAME_UNKNOWN
 */
export async function getRecords(device: Device, ids: readonly string[]): Promise<readonly RecordRow[]> {
  const wanted = new Set(ids);
  const found = new Map<string, RecordRow>();
  const clients = await device.clients.list();
  for (const refresh of [false, true]) {
    for (const { room } of clients) {
      if (found.size === wanted.size) break;
      for (const row of await device.records.list({ room, refresh })) {
        if (wanted.has(row.record)) found.set(row.record, row);
      }
    }
  }
  return ids.map((id) => {
    const row = found.get(id);
    if (row === undefined) throw nameSubject(new InputError('NAME_UNKNOWN'), id);
    return row;
  });
}

/** A record's id as typed. @throws InputError ID_INVALID */
export function getRecordId(text: string): RecordId {
  if (!isId('rec', text)) throw nameSubject(new InputError('ID_INVALID'), text);
  return text;
}

function pickOne<T>(rows: readonly T[], text: string): T {
  const [first, second] = rows;
  if (first === undefined) throw nameSubject(new InputError('NAME_UNKNOWN'), text);
  if (second !== undefined) throw nameSubject(new InputError('NAME_AMBIGUOUS'), text);
  return first;
}
