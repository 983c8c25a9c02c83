/** What waits for this person: taken from the chains and from this device, nothing of it from the server's word alone. */
import { DependencyError, officeId } from '@strongroom/core';
import type { PersonId } from '@strongroom/core';
import { devicesOf, findGrant, hasKitNote, isActive, isRotationDue, roleInRoom } from '@strongroom/authority';
import type { DeviceContext } from '../device/context.ts';
import type { Finding } from '../device/device.ts';
import type { SetUpStep, Today, TodayItem, TodayModule } from '../device/today.ts';
import { waitingDisposals } from '../disposals/waiting-disposals.ts';
import { findTroubles } from '../doctor/doctor.ts';
import { isAlarmedByDisputes, readDisputes } from '../mine/disputes.ts';
import { formatFingerprintBytes } from '../identity/fingerprint-text.ts';
import { readStaffNames } from '../people/people.ts';
import { listNewDevices } from '../people/told-devices.ts';
import { listUploads } from '../records/list-uploads.ts';
import { fingerprintOf } from '../rooms/room-access.ts';
import { listReviewsDue } from './reviews-due.ts';

const now = Number.MAX_SAFE_INTEGER;
/** Access that ends within this time is told. */
const endingMs = 14 * 86_400_000;
/** Items of one kind that are told; a list that long is looked at elsewhere. */
const itemsMax = 200;

export function createToday(context: DeviceContext): TodayModule {
  return {
    async list() {
      const findings = await readFindings(context);
      const names = await readStaffNames(context);
      const items: TodayItem[] = [
        ...listDisputed(context, names),
        ...listDisposals(context, names),
        ...listAdmissions(context, names),
        ...(await listNewDevices(context, names)).slice(0, itemsMax),
        ...listRooms(context, names),
        ...(await listReviewsDue(context)),
        ...(await listUnfinished(context)),
      ];
      return {
        items,
        setUp: listSetUp(context, findings),
        findings: findings.filter(
          // Disputes are items.
          ({ code, severity }) =>
            (severity === 'warning' || severity === 'failure') && code !== 'OPENINGS_DISPUTED',
        ),
      } satisfies Today;
    },
  };
}

/** All that is known. Without the server the day goes on with what this device knows. */
async function readFindings(context: DeviceContext): Promise<Finding[]> {
  try {
    return await findTroubles(context);
  } catch (cause) {
    if (!(cause instanceof DependencyError)) throw cause;
    return [{ code: cause.code, severity: 'warning', source: 'device', details: cause.details }];
  }
}

function listDisposals(context: DeviceContext, names: ReadonlyMap<string, string>): TodayItem[] {
  return waitingDisposals(context)
    .slice(0, itemsMax)
    .map(({ id, room, items, proposal }) => {
      const proposedByName = names.get(proposal.by);
      return {
        kind: 'disposal-to-approve',
        disposal: id,
        room,
        records: new Set(items.map(([record]) => record)).size,
        proposedBy: proposal.by,
        ...(proposedByName === undefined ? {} : { proposedByName }),
        atMs: proposal.atMs,
      };
    });
}

/** Openings that somebody's device and a ledger tell differently: first of all that waits, for those who run the firm. */
function listDisputed(context: DeviceContext, names: ReadonlyMap<string, string>): TodayItem[] {
  if (!isAlarmedByDisputes(context)) return [];
  return readDisputes(context, names)
    .slice(0, itemsMax)
    .map((row) => ({ kind: 'opening-disputed', ...row }));
}

/** People who enrolled and are not in the staff room yet, for its managers. */
function listAdmissions(context: DeviceContext, names: ReadonlyMap<string, string>): TodayItem[] {
  const { book, person } = context;
  const { office } = book;
  const room = office.firm?.staffRoom;
  const moment = book.moment(officeId);
  const states = book.states(officeId);
  if (room === undefined || roleInRoom(states, room, person, moment) !== 'manager') return [];
  return [...office.persons.keys()]
    .filter((id) => isActive(office, id, now) && findGrant(states, room, id, moment) === undefined)
    .slice(0, itemsMax)
    .map((id: PersonId) => {
      const name = names.get(id);
      return {
        kind: 'person-to-admit',
        person: id,
        ...(name === undefined ? {} : { name }),
        fingerprint: formatFingerprintBytes(fingerprintOf(context, id)),
      };
    });
}

/** Rotations that are due in own rooms, and access that ends soon: one's own, and that of others where one is a manager. */
function listRooms(context: DeviceContext, names: ReadonlyMap<string, string>): TodayItem[] {
  const { book, person } = context;
  const due: TodayItem[] = [];
  const ending: TodayItem[] = [];
  for (const ledger of book.ledgers()) {
    const states = book.states(ledger);
    const moment = book.moment(ledger);
    for (const { id: room, grants } of book.rooms(ledger).rooms.values()) {
      const mine = roleInRoom(states, room, person, moment);
      if (mine === undefined) continue;
      const rotation = isRotationDue(states, room, moment);
      if (rotation.due) due.push({ kind: 'rotation-due', room, sinceMs: rotation.sinceMs });
      for (const { person: of, endsAt } of grants.values()) {
        const isSoon = endsAt !== undefined && endsAt > moment.atMs && endsAt <= moment.atMs + endingMs;
        if (!isSoon || (of !== person && mine !== 'manager')) continue;
        const name = names.get(of);
        ending.push({
          kind: 'access-ending',
          room,
          person: of,
          ...(name === undefined ? {} : { name }),
          endsAtMs: endsAt,
          isMe: of === person,
        });
      }
    }
  }
  return [...due.slice(0, itemsMax), ...ending.slice(0, itemsMax)];
}

async function listUnfinished(context: DeviceContext): Promise<TodayItem[]> {
  const pending = await listUploads(context);
  return pending.slice(0, itemsMax).map(({ upload, room, name, needsSource }) => ({
    kind: 'upload-unfinished',
    upload,
    room,
    name,
    needsSource,
  }));
}

/** What a firm needs before it works, as far as the chains tell. */
function listSetUp(context: DeviceContext, findings: readonly Finding[]): SetUpStep[] {
  const { book, person } = context;
  const { office } = book;
  const has = (isDone: boolean): 'done' | 'open' => (isDone ? 'done' : 'open');
  const hasClient = book
    .ledgers()
    .some((ledger) => [...book.rooms(ledger).rooms.values()].some(({ client }) => client !== undefined));
  return [
    { step: 'firm', state: has(office.firm !== undefined) },
    { step: 'vault', state: has(office.vaults.size > 0) },
    { step: 'client', state: has(hasClient) },
    { step: 'second-person', state: has(office.persons.size > 1) },
    { step: 'second-device', state: has(devicesOf(office, person, now).length > 1) },
    { step: 'kit-noted', state: has(hasKitNote(office, person, now)) },
    { step: 'backup', state: findBackupState(findings) },
  ];
}

/** What the schedule wanted, and is not there. */
const alarmsOfBackup: ReadonlySet<string> = new Set([
  'BACKUP_LATE',
  'BACKUP_INCOMPLETE',
  'BACKUP_BUCKET_LATE',
]);

/** By the server's word, which administrators get: no ledger knows of backups. */
function findBackupState(findings: readonly Finding[]): SetUpStep['state'] {
  if (findings.some(({ code }) => alarmsOfBackup.has(code))) return 'open';
  const found = findings.find(({ code }) => code === 'BACKUP_AGE' || code === 'BACKUP_NONE');
  if (found === undefined) return 'unknown';
  return found.code === 'BACKUP_AGE' && found.severity === 'notice' ? 'done' : 'open';
}
