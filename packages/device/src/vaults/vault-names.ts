/** Names of vaults, from sealed notes of the staff room. */
import { AccessError, InputError, officeId } from '@strongroom/core';
import type { PersonId, VaultId } from '@strongroom/core';
import { findVault, isRoleGiven } from '@strongroom/authority';
import type { OfficeState } from '@strongroom/authority';
import type { Appended } from '../chains/index.ts';
import type { DeviceContext } from '../device/context.ts';
import { asMap } from '../records/card-content.ts';
import { readCards } from '../records/read-cards.ts';
import { writeCardRecord } from '../records/write-card.ts';

const nameLengthMax = 256;

/** Writes another name; the newest counts. @throws InputError INPUT_INVALID; AccessError ACCESS_DENIED, NOT_FOUND */
export async function renameVault(
  context: DeviceContext,
  options: { readonly vault: VaultId; readonly name: string },
): Promise<Appended> {
  const { book, person } = context;
  const { vault } = options;
  const name = options.name.trim();
  if (name === '' || name.length > nameLengthMax) throw new InputError('INPUT_INVALID', { name: 'name' });
  await book.syncLedger(officeId);
  if (findVault(book.office, vault) === undefined) throw new AccessError('NOT_FOUND', { vault });
  if (!mayName(book.office, person, Number.MAX_SAFE_INTEGER)) throw new AccessError('ACCESS_DENIED');
  const room = book.office.firm?.staffRoom;
  if (room === undefined) throw new AccessError('NOT_A_MEMBER');
  const content = { of: 'vault', vault, name };
  return await writeCardRecord(context, { vault: officeId, room, kind: 'note', content });
}

/** Whoever runs the firm names its vaults; what others write into the staff room is no name. */
function mayName(office: OfficeState, person: PersonId, at: number): boolean {
  return isRoleGiven(office, person, 'owner', at) || isRoleGiven(office, person, 'administrator', at);
}

/** Names by vault, as far as this device may read the staff room. The newest of each. */
export async function readVaultNames(context: DeviceContext): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const room = context.book.office.firm?.staffRoom;
  const mayRead = room !== undefined && context.book.isFresh(officeId, room);
  if (!mayRead) return names;
  const cards = await readCards(context, { vault: officeId, room, mayAsk: true });
  for (const { row, content } of cards.toSorted((left, right) => left.row.index - right.row.index)) {
    if (row.kind !== 'note' || content === undefined) continue;
    if (!mayName(context.book.office, row.person, row.index)) continue;
    const { of, vault, name } = asMap(content);
    if (of === 'vault' && typeof vault === 'string' && typeof name === 'string') names.set(vault, name);
  }
  return names;
}
