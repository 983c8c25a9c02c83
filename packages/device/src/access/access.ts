/** Who may open a room, and changing it. */
import { AccessError, ConflictError } from '@strongroom/core';
import type { RecordClass, RoomId, VaultId } from '@strongroom/core';
import { isActive, isRotationDue, isWalled, roleInRoom } from '@strongroom/authority';
import { purgeCaches } from '../cache/purge-caches.ts';
import { toLineReference } from '../chains/line-reference.ts';
import type { DeviceContext } from '../device/context.ts';
import { makeDueRotations } from '../device/sync-device.ts';
import type { AccessModule, MemberRow } from '../device/device.ts';
import { formatFingerprintBytes } from '../identity/fingerprint-text.ts';
import type { LineBook } from '../ledger/line-book.ts';
import { readStaffNames } from '../people/people.ts';
import { isOfficerFor } from '../rooms/officer-for.ts';
import { fingerprintOf, getRoom, grantAccess, grantHistory, revokeAccess } from '../rooms/room-access.ts';
import { previewGrant, previewRevoke } from './previews.ts';

const now = Number.MAX_SAFE_INTEGER;

export function createAccess(context: DeviceContext, lines: LineBook): AccessModule {
  const { book } = context;

  async function appendRoom(room: RoomId, kind: 'room.frozen' | 'room.thawed'): Promise<void> {
    await book.sync();
    const ledger = book.ledgerOf(room);
    await book.append<RoomId>({ ledger, chain: room, makeBody: (start) => ({ k: kind, ...start, room }) });
  }

  return {
    preview: async (options) => await previewGrant(context, options),
    previewRevoke: async (options) => await previewRevoke(context, lines, options),
    async list(room) {
      await book.sync();
      const ledger = book.ledgerOf(room);
      const found = getRoom(context, ledger, room);
      const names = await readStaffNames(context);
      const moment = book.moment(ledger);
      const members: MemberRow[] = [];
      for (const { person, role, endsAt } of found.grants.values()) {
        if (endsAt !== undefined && endsAt <= moment.atMs) continue;
        const name = names.get(person);
        members.push({
          person,
          ...(name === undefined ? {} : { name }),
          role,
          ...(endsAt === undefined ? {} : { endsAtMs: endsAt }),
          isWalled: isWalled(book.office, person, room, now),
          isActive: isActive(book.office, person, now),
          fingerprint: formatFingerprintBytes(fingerprintOf(context, person)),
        });
      }
      return {
        members,
        epoch: found.epoch?.n ?? 0,
        rotationDue: isRotationDue(book.states(ledger), room, moment).due,
        isFrozen: found.isFrozen,
      };
    },
    async grant(options) {
      await book.sync();
      const { room, person } = options;
      const ledger = book.ledgerOf(room);
      if (isWalled(book.office, person, room, now)) throw new AccessError('WALLED_OFF', { person });
      const appended = await grantAccess(context, {
        ledger,
        room,
        person,
        role: options.role ?? 'member',
        ...(options.fingerprint === undefined ? {} : { fingerprint: options.fingerprint }),
        ...(options.endsAtMs === undefined ? {} : { endsAtMs: options.endsAtMs }),
      });
      if (options.withHistory === true) await grantHistory(context, { ledger, room, person });
      return { line: toLineReference(appended) };
    },
    async revoke({ room, person }) {
      await book.sync();
      const ledger = book.ledgerOf(room);
      if (!getRoom(context, ledger, room).grants.has(person))
        throw new AccessError('NOT_A_MEMBER', { person });
      const appended = await revokeAccess(context, { ledger, room, person });
      const { stillDue } = await makeDueRotations(context, [ledger]);
      return { line: toLineReference(appended), rotationDue: stillDue.some((each) => each.room === room) };
    },
    async freeze(room) {
      await appendRoom(room, 'room.frozen');
    },
    async thaw(room) {
      await appendRoom(room, 'room.thawed');
    },
    async setClass({ room, class: wanted, from }) {
      await book.sync();
      const ledger = book.ledgerOf(room);
      const appended = await book.append<RoomId>({
        ledger,
        chain: room,
        // Asked again before each try: somebody may have been first.
        makeBody: (start) => {
          assertMaySetClass(ledger, room, { wanted, from });
          return { k: 'class.set', ...start, room, class: wanted };
        },
      });
      // Names of the top class are not kept on devices.
      await purgeCaches(context);
      return { line: toLineReference(appended) };
    },
  };

  /** @throws ConflictError STATE_CHANGED; AccessError CLASS_REFUSED */
  function assertMaySetClass(
    ledger: VaultId,
    room: RoomId,
    { wanted, from }: { readonly wanted: RecordClass; readonly from: RecordClass | undefined },
  ): void {
    const { class: before } = getRoom(context, ledger, room);
    if (wanted === before || (from !== undefined && from !== before))
      throw new ConflictError('STATE_CHANGED', { room, class: before });
    const isAllowed =
      wanted > before
        ? roleInRoom(book.states(ledger), room, context.person, book.moment(ledger)) === 'manager'
        : isOfficerFor(context, room);
    if (!isAllowed) throw new AccessError('CLASS_REFUSED', { room });
  }
}
