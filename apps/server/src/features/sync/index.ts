/** Chains under the warden's heads. */
import { findGrant, mayReadChain } from '@strongroom/authority';
import type { ChainId, PersonId, RoomId, States } from '@strongroom/authority';
import { AccessError, officeId } from '@strongroom/core';
import { limits } from '@strongroom/protocol';
import type { ServerContext } from '../../context.ts';
import type { Handler, HandlersOf } from '../../handler.ts';
import { getLedger, proveConsistency, readChains, readHeads } from '../ledger/index.ts';
import { getSession } from '../sessions/index.ts';

const sync: Handler<'sync'> = async (context, call) => {
  const { ledger: vault, chains, known } = call.body;
  const { person } = getSession(call.session);
  const states = context.ledgers.states(vault);
  const moment = context.ledgers.now();
  const mayRead = (chain: ChainId): boolean =>
    mayReadChain(states, chain, person, moment) || (vault === officeId && mayMeet(context, chain, person));
  for (const [chain] of chains) if (!mayRead(chain as ChainId)) throw new AccessError('ACCESS_DENIED');
  const ledger = getLedger(context, vault);
  const { bytes, heads } = await readHeads(
    context,
    vault,
    chains.map(([chain]) => chain),
  );
  const checkpoint = await ledger.checkpointAt(heads.size);
  const { entries, isComplete } = await readChains(context, vault, chains, heads, {
    entriesMax: limits.entriesPerSyncMax,
  });
  const rooms = listRooms(states, person, (room) => findGrant(states, room, person, moment) !== undefined);
  const persons = vault === officeId ? listPersons(states, mayRead) : rooms.persons;
  const consistency = await proveConsistency(
    ledger,
    vault === officeId ? known.office : (known.vault ?? 0),
    checkpoint.size,
  );
  const witnessed = context.witnesses.findHead(ledger.id);
  return {
    entries,
    isComplete,
    heads: bytes,
    checkpoint: context.witnesses.decorate(ledger.id, checkpoint),
    ...(consistency === undefined ? {} : { consistency }),
    ...(witnessed === undefined ? {} : { witnessed: witnessed.note }),
    rooms: rooms.rooms,
    persons,
  };
};

/**
 * Whether a person's chain rests under what the asker may read anyway: whoever shares a room of any vault with the asker, whoever
 * may sign in the firm's chain or did, and whoever that chain speaks of after the enrolment, also before he was ever let in.
 */
function mayMeet(context: ServerContext, chain: ChainId, person: PersonId): boolean {
  if (!chain.startsWith('per_')) return false;
  const met = context.ledgers.officeState.persons.get(chain as PersonId);
  if (met === undefined) return false;
  if (met.roles.some(({ role }) => role === 'owner' || role === 'administrator' || role === 'officer'))
    return true;
  const isSpokenOf =
    met.suspensions.length > 0 ||
    met.roles.some(({ span }) => span.from !== met.from || span.to !== undefined);
  if (isSpokenOf) return true;
  const { disputes } = context.ledgers.officeState;
  if ([...(disputes?.values() ?? [])].some((dispute) => dispute.person === met.id)) return true;
  const moment = context.ledgers.now();
  return context.ledgers
    .vaults()
    .some((vault) => mayReadChain(context.ledgers.states(vault), chain, person, moment));
}

/** Everybody whose chain the asker may read: administrators meet people before they share a room with them. */
function listPersons(states: States, mayRead: (person: PersonId) => boolean): PersonId[] {
  return [...states.office.persons.keys()].filter(mayRead).sort();
}

function listRooms(
  states: States,
  person: PersonId,
  isMine: (room: RoomId) => boolean,
): { rooms: RoomId[]; persons: PersonId[] } {
  const rooms: RoomId[] = [];
  const persons = new Set<PersonId>([person]);
  for (const room of (states.vault ?? states.office.own).rooms.values()) {
    if (!isMine(room.id)) continue;
    rooms.push(room.id);
    for (const member of room.seen) persons.add(member);
  }
  return { rooms, persons: [...persons].sort() };
}

export const syncHandlers: HandlersOf<'sync'> = { sync };
