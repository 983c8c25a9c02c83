import { newContentKey, newId } from '@strongroom/core';
import type { CborValue, RecordId, RoomId, VaultId } from '@strongroom/core';
import type { Appended } from '../chains/index.ts';
import type { DeviceContext } from '../device/context.ts';
import { assertMayWrite, commitVersion } from './commit-version.ts';
import type { IntakeSource } from './commit-version.ts';
import type { SlotSource } from './slot-block.ts';

/** Writes a small record whose whole content is its card: a new one, or with `after` the version after that one. */
export async function writeCardRecord(
  context: DeviceContext,
  options: {
    readonly vault: VaultId;
    readonly room: RoomId;
    readonly kind: 'profile' | 'firm' | 'note';
    readonly content: CborValue;
    /** An id that was noted before; by default a new one. */
    readonly record?: RecordId;
    readonly after?: { readonly record: RecordId; readonly version: number };
    readonly intake?: IntakeSource;
    readonly slotsFrom?: SlotSource;
  },
): Promise<Appended> {
  const { vault, room, kind, content, after, intake, slotsFrom } = options;
  const { epoch, class: roomClass } = assertMayWrite(context, vault, room);
  return await commitVersion(
    context,
    {
      vault,
      room,
      record: after?.record ?? options.record ?? newId(context.env.engine, 'rec'),
      version: (after?.version ?? 0) + 1,
      kind,
      class: roomClass,
      epoch,
      card: { contentKey: newContentKey(context.env.engine), content },
    },
    {
      ...(intake === undefined ? {} : { intake }),
      ...(slotsFrom === undefined ? {} : { slotsFrom }),
    },
  );
}

/** Writes a reason as a sealed note of the room; answers the hash by which a statement names it. */
export async function writeReason(
  context: DeviceContext,
  options: { readonly vault: VaultId; readonly room: RoomId; readonly reason: string },
): Promise<Uint8Array | undefined> {
  const { vault, room, reason } = options;
  const { decoded } = await writeCardRecord(context, {
    vault,
    room,
    kind: 'note',
    content: { of: 'reason', text: reason },
  });
  return decoded.body.k === 'written' ? decoded.body.header : undefined;
}
