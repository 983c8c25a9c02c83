/** Clients: a random code outside, the name in a sealed profile inside the client's own room (attack D2). */
import { AccessError, ConflictError } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import type { Room } from '@strongroom/authority';
import { toLineReference } from '../chains/line-reference.ts';
import type { DeviceContext } from '../device/context.ts';
import type { ClientProfile, ClientsModule, NewClient } from '../device/device.ts';
import { runTasks } from '../device/tasks.ts';
import { addTask } from '../identity/identity.ts';
import { writeCardRecord } from '../records/write-card.ts';
import { rotateEpoch } from '../rooms/room-access.ts';
import { addMany } from './add-many.ts';
import { ClientDirectory } from './client-directory.ts';
import { listClientRooms } from './client-rows.ts';
import { createClientRoom } from './create-client.ts';
import { parseClientProfile, profileCard, toProfile } from './profile-card.ts';
import { readProfiles } from './read-profiles.ts';
import type { FoundProfile } from './read-profiles.ts';

type Named = Parameters<ClientsModule['profile']>[0];

const defaultClass = 2;
const searchLimit = 50;

export function createClients(context: DeviceContext): ClientsModule {
  const { book } = context;
  const directory = new ClientDirectory(context);

  /** The room of a client. @throws AccessError NOT_FOUND */
  function findRoom(client: Named): { readonly vault: VaultId; readonly room: Room } {
    for (const vault of book.ledgers()) {
      for (const room of listClientRooms(context, vault)) {
        const isIt =
          'room' in client ? room.id === client.room : room.client === client.code.trim().toUpperCase();
        if (isIt) return { vault, room };
      }
    }
    throw new AccessError('NOT_FOUND');
  }

  /** The newest profile of a client. @throws AccessError NOT_FOUND */
  async function readProfile(client: Named): Promise<{
    readonly vault: VaultId;
    readonly room: Room;
    readonly found: FoundProfile;
  }> {
    await book.sync();
    const { vault, room } = findRoom(client);
    const found = (await readProfiles(context, { vault, rooms: [room], mayAsk: true })).get(room.id);
    if (found === undefined) throw new AccessError('NOT_FOUND', { room: room.id });
    return { vault, room, found };
  }

  const list: ClientsModule['list'] = async ({ vault, refresh = true, recentMs, onPart, onHeld } = {}) => {
    const of = {
      ...(vault === undefined ? {} : { vault }),
      ...(onPart === undefined ? {} : { onPart }),
      ...(onHeld === undefined ? {} : { onHeld }),
    };
    if (refresh) await book.sync({ recentMs });
    return await directory.list({ ...of, mayAsk: refresh });
  };

  return {
    async add(options) {
      const { vault } = options;
      const profile = toProfile(options);
      await book.sync();
      const { code, room } = await createClientRoom(context, { vault, class: options.class ?? defaultClass });
      await addTask(context.store, `6-${room}`, {
        kind: 'card',
        vault,
        room,
        recordKind: 'profile',
        content: profileCard(code, profile),
      });
      await rotateEpoch(context, vault, room);
      await runTasks(context);
      return { code, room };
    },
    addMany: async (rows, options) => await addMany(context, rows, options),
    async update({ client, seen, ...changes }) {
      const { vault, room, found } = await readProfile(client);
      if (seen !== undefined && seen !== found.version)
        throw new ConflictError('STATE_CHANGED', { room: room.id, version: found.version });
      const profile = change(parseClientProfile(found.content), changes);
      try {
        const appended = await writeCardRecord(context, {
          vault,
          room: room.id,
          kind: 'profile',
          content: profileCard(room.client ?? '', profile),
          after: found,
        });
        return { version: found.version + 1, line: toLineReference(appended) };
      } catch (cause) {
        // Somebody was first: what he wrote is to be seen before it is written over.
        if (cause instanceof ConflictError && cause.code === 'VERSION_CONFLICT')
          throw new ConflictError('STATE_CHANGED', { room: room.id }, { cause });
        throw cause;
      }
    },
    async profile(client) {
      const { room, found } = await readProfile(client);
      const { version, content } = found;
      return { ...parseClientProfile(content), code: room.client ?? '', room: room.id, version };
    },
    list,
    async find(codeOrName) {
      const wanted = foldExactly(codeOrName);
      const rows = await list();
      const byCode = rows.filter(
        ({ code }) => foldExactly(code) === wanted || foldExactly(code) === `c-${wanted}`,
      );
      if (byCode.length > 0) return byCode;
      return rows.filter(({ name, aliases }) =>
        [name ?? '', ...aliases].some((each) => foldExactly(each) === wanted),
      );
    },
    search: async (query, { limit = searchLimit } = {}) => await directory.search(query, limit),
  };
}

function foldExactly(text: string): string {
  return text.normalize('NFKC').trim().toLocaleLowerCase('und');
}

type Changes = Omit<Parameters<ClientsModule['update']>[0], 'client' | 'seen'>;

/** A profile with what was given; null takes a value away. */
function change(profile: ClientProfile, changes: Changes): ClientProfile {
  const given = Object.entries({ ...profile, ...changes }).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  return toProfile(Object.fromEntries(given) as unknown as NewClient);
}
