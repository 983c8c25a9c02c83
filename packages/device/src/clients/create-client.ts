/**
 * One client, step by step: its room under a free code, the room's first epoch, the sealed profile. Each step looks whether it is done
 * already, so that whoever was cut off goes on with the ids that he noted.
 */
import { ConflictError, newClientCode } from '@strongroom/core';
import type { RecordId, RoomId, VaultId } from '@strongroom/core';
import type { DeviceContext } from '../device/context.ts';
import type { ClientProfile, RecordClass } from '../device/device.ts';
import type { IntakeSource } from '../records/commit-version.ts';
import type { SlotSource } from '../records/slot-block.ts';
import { writeCardRecord } from '../records/write-card.ts';
import { createRoom, rotateEpoch } from '../rooms/room-access.ts';
import { profileCard } from './profile-card.ts';

/** What is noted of a client before anything of it is sent. */
export interface NotedClient {
  readonly room: RoomId;
  readonly record: RecordId;
}

const codeAttemptsMax = 8;
const codeLength = 4;

/** Makes the room, under a code that is free. Answers the code. */
export async function createClientRoom(
  context: DeviceContext,
  options: { readonly vault: VaultId; readonly class: RecordClass; readonly room?: RoomId },
): Promise<{ readonly room: RoomId; readonly code: string }> {
  const { vault } = options;
  for (let attempt = 1; ; attempt++) {
    const code = newClientCode(context.env.engine, attempt < 4 ? codeLength : codeLength + 1);
    try {
      const { room } = await createRoom(context, {
        ledger: vault,
        type: 'main',
        class: options.class,
        client: code,
        ...(options.room === undefined ? {} : { room: options.room }),
        send: async (signed, known) =>
          await context.api.call('createClient', {
            params: { vault },
            body: { ...signed, attachments: [], known },
          }),
      });
      return { room, code };
    } catch (cause) {
      const isTaken = cause instanceof ConflictError && cause.code === 'CODE_TAKEN';
      if (!isTaken || attempt >= codeAttemptsMax) throw cause;
    }
  }
}

/** Does what is not done yet of a client that was noted. `wasThere`: all of it was. */
export async function completeClient(
  context: DeviceContext,
  options: NotedClient & {
    readonly vault: VaultId;
    readonly class: RecordClass;
    readonly profile: ClientProfile;
    readonly recentMs: number;
    readonly intake: IntakeSource;
    readonly slotsFrom: SlotSource;
  },
): Promise<{ readonly code: string; readonly wasThere: boolean }> {
  const { vault, room, record, recentMs } = options;
  const rooms = (): ReturnType<typeof context.book.rooms>['rooms'] => context.book.rooms(vault).rooms;
  let wasThere = true;
  if (rooms().get(room) === undefined) {
    wasThere = false;
    await createClientRoom(context, { vault, class: options.class, room });
  }
  const code = rooms().get(room)?.client ?? '';
  if (rooms().get(room)?.epoch === undefined) {
    wasThere = false;
    await rotateEpoch(context, vault, room, { recentMs, isLazy: true });
  }
  if (rooms().get(room)?.records.has(record) !== true) {
    wasThere = false;
    await writeCardRecord(context, {
      vault,
      room,
      record,
      kind: 'profile',
      content: profileCard(code, options.profile),
      intake: options.intake,
      slotsFrom: options.slotsFrom,
    });
  }
  return { code, wasThere };
}
