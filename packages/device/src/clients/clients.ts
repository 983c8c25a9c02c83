/** Clients: a random code outside, the name in a sealed profile inside the client's own room (attack D2). */
import {
  AccessError,
  ConflictError,
  DependencyError,
  newClientCode,
  StrongroomError,
} from '@strongroom/core';
import type { RoomId, VaultId } from '@strongroom/core';
import { findGrant } from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';
import type { ClientRow, ClientsModule } from '../device/device.ts';
import { runTasks } from '../device/tasks.ts';
import { addTask } from '../identity/identity.ts';
import { parseProfileCard } from '../records/card-content.ts';
import { readRooms } from '../records/read-cards.ts';
import type { ReadCard } from '../records/read-cards.ts';
import { createRoom, rotateEpoch } from '../rooms/room-access.ts';

const codeAttemptsMax = 8;
const defaultClass = 2;

export function createClients(context: DeviceContext): ClientsModule {
  const { book, env, api } = context;

  async function list(options: { readonly vault?: VaultId } = {}): Promise<ClientRow[]> {
    await book.sync();
    const rows: ClientRow[] = [];
    for (const vault of book.ledgers()) {
      if (options.vault !== undefined && vault !== options.vault) continue;
      const rooms = [...book.rooms(vault).rooms.values()].filter(
        ({ id, client }) =>
          client !== undefined &&
          findGrant(book.states(vault), id, context.person, book.moment(vault)) !== undefined,
      );
      const read = await readNamingCards(
        context,
        vault,
        rooms.map(({ id }) => id),
      );
      for (const room of rooms) {
        if (room.client === undefined) continue;
        rows.push({
          code: room.client,
          room: room.id,
          vault,
          class: room.class,
          ...findClientName(room.client, read.get(room.id) ?? []),
        });
      }
    }
    return rows.sort((left, right) => (left.code < right.code ? -1 : 1));
  }

  return {
    async add(options) {
      const { vault, name, aliases = [] } = options;
      await book.sync();
      for (let attempt = 1; ; attempt++) {
        const code = newClientCode(env.engine, attempt < 4 ? 4 : 5);
        try {
          const { room } = await createRoom(context, {
            ledger: vault,
            type: 'main',
            class: options.class ?? defaultClass,
            client: code,
            send: async (signed, known) =>
              await api.call('createClient', {
                params: { vault },
                body: { ...signed, attachments: [], known },
              }),
          });
          await addTask(context.store, `6-${room}`, {
            kind: 'card',
            vault,
            room,
            recordKind: 'profile',
            content: { name, aliases: [...aliases], code },
          });
          await rotateEpoch(context, vault, room);
          await runTasks(context);
          return { code, room };
        } catch (cause) {
          const isTaken = cause instanceof ConflictError && cause.code === 'CODE_TAKEN';
          if (!isTaken || attempt >= codeAttemptsMax) throw cause;
        }
      }
    },
    list,
    async find(codeOrName) {
      const wanted = fold(codeOrName);
      const rows = await list();
      const byCode = rows.filter(({ code }) => fold(code) === wanted || fold(code) === `c-${wanted}`);
      if (byCode.length > 0) return byCode;
      return rows.filter(({ name, aliases }) =>
        [name ?? '', ...aliases].some((each) => fold(each) === wanted),
      );
    },
  };
}

function fold(text: string): string {
  return text.normalize('NFKC').trim().toLocaleLowerCase('und');
}

/** The cards by which clients are named. A client is always shown by its code; its name only where it can be read and verified. */
async function readNamingCards(
  context: DeviceContext,
  vault: VaultId,
  rooms: readonly RoomId[],
): Promise<ReadonlyMap<RoomId, readonly ReadCard[]>> {
  try {
    const read = await readRooms(context, { vault, rooms });
    return new Map(
      [...read].map(([room, cards]) => {
        if (cards instanceof StrongroomError && !isOutOfReach(cards)) throw cards;
        return [room, cards instanceof StrongroomError ? [] : cards];
      }),
    );
  } catch (cause) {
    if (isOutOfReach(cause)) return new Map();
    throw cause;
  }
}

function isOutOfReach(cause: unknown): boolean {
  return cause instanceof AccessError || cause instanceof DependencyError;
}

/** Name and aliases from the newest profile of the room that names the room's own code. */
function findClientName(
  code: string,
  cards: readonly ReadCard[],
): { readonly name?: string; readonly aliases: readonly string[] } {
  let found: { readonly name?: string; readonly aliases: readonly string[] } = { aliases: [] };
  let newest = -1;
  for (const { row, content } of cards) {
    if (row.kind !== 'profile' || content === undefined || row.index < newest) continue;
    const named = (content as Readonly<Record<string, unknown>>)['code'];
    if (named !== code) continue;
    const { name, aliases } = parseProfileCard(content);
    found = { name, aliases };
    newest = row.index;
  }
  return found;
}
