/** One sync: chains and heads, queued work, due rotations, purge of what is gone, the keyring kept at the server. */
import { IntegrityError, StrongroomError } from '@strongroom/core';
import type { RoomId, VaultId } from '@strongroom/core';
import { findGrant, isRotationDue } from '@strongroom/authority';
import { purgeCaches } from '../cache/purge-caches.ts';
import { makeDueGeneration, takeUpGenerations } from '../identity/generations.ts';
import { noticeNewDevices } from '../people/device-rows.ts';
import { purgePayloadSeeds } from '../ledger/retention.ts';
import { isRotationOurs, rotateEpoch } from '../rooms/room-access.ts';
import type { DeviceContext } from './context.ts';
import type { SyncReport } from './device.ts';
import { runTasks } from './tasks.ts';

export async function syncDevice(context: DeviceContext): Promise<SyncReport> {
  const { book, keyring } = context;
  await book.sync();
  await takeUpGenerations(context);
  const newDevices = await noticeNewDevices(context);
  const generation = await makeDueGeneration(context);
  const { rotated, stillDue } = await makeDueRotations(context, book.ledgers());
  await runTasks(context);
  await disputeBadEpochs(context);
  const purged = (await purgeCaches(context)) + (await purgePayloadSeeds(context));
  await keyring.push();
  const isFresh = book.isFresh(book.ledgers()[0] as VaultId);
  const seenAtMs = book.firmSeenAtMs;
  return {
    isFresh,
    entries: book.takeNewsCount(),
    rotated,
    stillDue,
    purged,
    newDevices,
    ...(seenAtMs === undefined ? {} : { seenAtMs }),
    ...(generation === undefined ? {} : { generation }),
  };
}

/** Makes the rotations that are due in rooms of this person. Nobody is asked: a rotation can only drop readers. */
export async function makeDueRotations(
  context: DeviceContext,
  ledgers: readonly VaultId[],
): Promise<Pick<SyncReport, 'rotated' | 'stillDue'>> {
  const { book } = context;
  const rotated: { room: RoomId; epoch: number }[] = [];
  const stillDue: { room: RoomId; code: string }[] = [];
  for (const ledger of ledgers) {
    for (const room of book.rooms(ledger).rooms.keys()) {
      if (!isRotationOurs(context, ledger, room)) {
        const isMember =
          findGrant(book.states(ledger), room, context.person, book.moment(ledger)) !== undefined;
        if (isMember && isRotationDue(book.states(ledger), room, book.moment(ledger)).due)
          stillDue.push({ room, code: 'EPOCH_OVERDUE' });
        continue;
      }
      try {
        rotated.push({ room, epoch: await rotateEpoch(context, ledger, room) });
      } catch (cause) {
        // Integrity failures stop the sync; refusals are told and tried again by the next one.
        if (!(cause instanceof StrongroomError) || cause instanceof IntegrityError) throw cause;
        stillDue.push({ room, code: cause.code });
      }
    }
  }
  return { rotated, stillDue };
}

/** Reports a newest epoch whose box for us does not match its commitment, so that a rotation is due again (attack F5). */
async function disputeBadEpochs(context: DeviceContext): Promise<void> {
  const { book, keyring } = context;
  for (const ledger of book.ledgers()) {
    for (const room of book.rooms(ledger).rooms.values()) {
      const n = room.epoch?.n;
      const isMember =
        findGrant(book.states(ledger), room.id, context.person, book.moment(ledger)) !== undefined;
      if (
        n === undefined ||
        !isMember ||
        isRotationDue(book.states(ledger), room.id, book.moment(ledger)).due
      )
        continue;
      try {
        await keyring.find(ledger, room.id, n);
      } catch (cause) {
        // A bundle that is not the one its author signed is the server's doing, which a rotation would not mend.
        const isAuthors =
          cause instanceof IntegrityError &&
          cause.code === 'EPOCH_KEY_REFUSED' &&
          cause.details['reason'] !== 'attachment';
        if (!isAuthors) throw cause;
        await book.append<RoomId>({
          ledger,
          chain: room.id,
          makeBody: (start) => ({ k: 'epoch.disputed', ...start, room: room.id, n }),
        });
      }
    }
  }
}
