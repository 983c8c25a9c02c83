/** What the screens of a room ask of the device. Every hook asks once for all that use it. */
import type { Device, DisposalRow, HoldRow, LineFilter, LinePage, RecordRow } from '@strongroom/device';
import type { RoomId, StrongroomError } from '@strongroom/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useClients, useGroups, usePeople } from '../clients/use-clients.ts';
import { useDeviceQuery, useKeys, useSession } from '../keys/keys-context.tsx';
import type { NamesById } from '../ledger-words/line-parts.ts';
import { withOpenings } from './newest-openings.ts';

/** Who may open a room, and how it stands. */
export type RoomAccess = Awaited<ReturnType<Device['access']['list']>>;

/** Lines after which a room's documents are not what they were. Listing and opening are not among them. */
const changingKinds: readonly string[] = [
  'written',
  'shared',
  'class.set',
  'room.restored',
  'access.granted',
  'history.granted',
  'hold.placed',
  'hold.lifted',
  'disposal.proposed',
  'disposal.approved',
  'disposal.stopped',
  'destruction.intended',
  'destruction.stopped',
  'destroyed',
];
const openingsRead = 500;

/**
 * The documents of a room: first those whose names this device keeps, then all of them.
 *
 * Reading names that are not kept is a line in the ledger, and names of the top class never are kept. So they are read anew only when a
 * line changed the documents, and not whenever the ledger grew: two people who look at a secret room would answer each other's lines
 * without end. Who opened what comes from the lines themselves.
 */
export function useRecords(room: RoomId): {
  readonly rows: readonly RecordRow[] | undefined;
  readonly isComplete: boolean;
  readonly error: StrongroomError | null;
} {
  const keys = useKeys();
  const isUnlocked = useSession().kind === 'unlocked';
  const ledger = useClients().rows.find((client) => client.room === room)?.vault;
  const newest = useDeviceQuery(
    ['records-newest', room],
    async ({ device }) =>
      ledger === undefined
        ? -1
        : ((await device.ledger.page({ ledger, room, kinds: changingKinds, count: 1 })).lines[0]?.index ??
          -1),
    { isEnabled: ledger !== undefined },
  );
  const all = useQuery<readonly RecordRow[], StrongroomError>({
    queryKey: ['room-records', room, newest.data],
    queryFn: async () => await keys.device.records.list({ room }),
    enabled: isUnlocked && newest.data !== undefined,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    retry: false,
    networkMode: 'always',
  });
  const kept = useDeviceQuery(
    ['records-kept', room],
    async ({ device }) => await device.records.list({ room, refresh: false }),
    { isEnabled: all.data === undefined },
  );
  const opened = useDeviceQuery(
    ['records-opened', room],
    async ({ device }) =>
      ledger === undefined
        ? []
        : (await device.ledger.page({ ledger, room, kinds: ['released'], count: openingsRead })).lines,
    { isEnabled: ledger !== undefined && all.data !== undefined },
  );
  const read = all.data ?? kept.data;
  const rows = useMemo(() => withOpenings(read, opened.data ?? []), [read, opened.data]);
  return { rows, isComplete: all.data !== undefined, error: all.error ?? newest.error };
}

export function useAccess(room: RoomId): UseQueryResult<RoomAccess, StrongroomError> {
  return useDeviceQuery(['access', room], async (keys) => await keys.device.access.list(room));
}

/** Holds of the room, the newest first. */
export function useHolds(room: RoomId): UseQueryResult<readonly HoldRow[], StrongroomError> {
  return useDeviceQuery(['holds', room], async (keys) =>
    (await keys.device.holds.list({ room })).toSorted((left, right) => right.placedAtMs - left.placedAtMs),
  );
}

/** Disposals of the room, the newest first. */
export function useDisposals(room: RoomId): UseQueryResult<readonly DisposalRow[], StrongroomError> {
  return useDeviceQuery(['disposals', room], async (keys) =>
    (await keys.device.disposals.list({ room })).toSorted(
      (left, right) => right.proposedAtMs - left.proposedAtMs,
    ),
  );
}

/** A page of lines, newest first. */
export function useLines(
  filter: LineFilter & { readonly before?: number; readonly count?: number },
): UseQueryResult<LinePage, StrongroomError> {
  return useDeviceQuery(['lines', filter], async (keys) => await keys.device.ledger.page(filter));
}

/** Names of people, rooms and vaults by id, for sentences. */
export function useNames(): NamesById {
  const people = usePeople();
  const vaults = useGroups();
  const clients = useClients();
  return useMemo(() => {
    const names = new Map<string, string>();
    for (const { person, name } of people.data ?? []) if (name !== undefined) names.set(person, name);
    for (const { vault, name } of vaults.data ?? []) if (name !== undefined) names.set(vault, name);
    for (const { room, name, code } of clients.rows) names.set(room, name ?? code);
    return names;
  }, [people.data, vaults.data, clients.rows]);
}

/** The same with the documents of a room: names of the top class are not kept on the device, so lines come without them. */
export function useNamesInRoom(room: RoomId): NamesById {
  const names = useNames();
  const { rows } = useRecords(room);
  return useMemo(() => {
    const all = new Map(names);
    for (const { record, name } of rows ?? []) if (name !== '') all.set(record, name);
    return all;
  }, [names, rows]);
}

/** What this person may do in a room, by role. */
export interface MyRights {
  readonly person: string;
  readonly isManager: boolean;
  /** Officer or owner: places and lifts holds. */
  readonly isOfficer: boolean;
  readonly mayDispose: boolean;
}

export function useMyRights(room: RoomId): MyRights {
  const session = useSession();
  const access = useAccess(room);
  const person = session.kind === 'unlocked' ? session.person : '';
  const roles = session.kind === 'unlocked' ? session.roles : [];
  const isManager =
    access.data?.members.some((member) => member.person === person && member.role === 'manager') ?? false;
  const isOfficer = roles.includes('officer') || roles.includes('owner');
  return { person, isManager, isOfficer, mayDispose: isManager || isOfficer };
}
