/** Disputes about openings as the firm's chain tells them, and closing them. */
import { decodeHex, encodeHex, InputError, officeId } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import { hasRole, isFirmOfOne, openDisputes } from '@strongroom/authority';
import type { Dispute } from '@strongroom/authority';
import { toLineReference } from '../chains/line-reference.ts';
import type { DeviceContext } from '../device/context.ts';
import type { LineReference } from '../device/device.ts';
import type { DisputeRow } from '../device/mine.ts';
import { readStaffNames } from '../people/people.ts';

const now = Number.MAX_SAFE_INTEGER;

/** What this person has stated about a line, open or closed. */
export function findDispute(
  { book, person }: DeviceContext,
  line: { readonly ledger: VaultId; readonly index: number; readonly hash: string },
): Dispute | undefined {
  return [...(book.office.disputes?.values() ?? [])].find(
    (dispute) =>
      dispute.person === person &&
      dispute.vault === line.ledger &&
      dispute.index === line.index &&
      encodeHex(dispute.hash) === line.hash,
  );
}

/** Whether this person is one whom disputes alarm. */
export function isAlarmedByDisputes({ book, person }: DeviceContext): boolean {
  return (['administrator', 'owner'] as const).some((role) => hasRole(book.office, person, role, now));
}

/** Open disputes as far as the chains here go, oldest first. */
export function readDisputes(context: DeviceContext, names: ReadonlyMap<string, string>): DisputeRow[] {
  const { book, person } = context;
  const isAlone = isFirmOfOne(book.office, now);
  return openDisputes(book.office).map(([dispute, { what, person: by, device, vault, index, life }]) => {
    const name = names.get(by);
    return {
      dispute,
      what,
      person: by,
      ...(name === undefined ? {} : { name }),
      device,
      ledger: vault,
      index,
      atMs: life.fromMs,
      mayClose: isAlarmedByDisputes(context) && (by !== person || isAlone),
    };
  });
}

/** @throws the server's refusals */
export async function listDisputes(context: DeviceContext): Promise<readonly DisputeRow[]> {
  await context.book.syncLedger(officeId);
  context.book.assertFresh(officeId);
  return readDisputes(context, await readStaffNames(context));
}

/** @throws InputError INPUT_INVALID for a dispute that is not open; the server's refusals */
export async function closeDispute(context: DeviceContext, dispute: string): Promise<LineReference> {
  const { book } = context;
  await book.syncLedger(officeId);
  if (!openDisputes(book.office).some(([id]) => id === dispute))
    throw new InputError('INPUT_INVALID', { name: 'dispute' });
  const appended = await book.append<'firm'>({
    ledger: officeId,
    chain: 'firm',
    makeBody: (start) => ({ k: 'dispute.closed', ...start, dispute: decodeHex(dispute) }),
  });
  return toLineReference(appended);
}
