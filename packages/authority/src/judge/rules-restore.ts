/** Rules of a restore: what goes on from a backup, and what the warden found destroyed then (docs/spec/statements.md section 4.3). */
import type { FirmRestored, FirmRole, RoomRestored } from '../bodies/index.ts';
import { editionOf, isRoleGiven, nextKey } from '../state/index.ts';
import type { Interval } from '../state/index.ts';
import { beginHere, endHere, getRoom, getSigner, signerHas } from './context.ts';
import type { Context, Rules } from './context.ts';
import { applyBundle, checkBundle } from './rules-bundles.ts';
import { endDisposal, markGone } from './rules-disposals.ts';
import type { VoidCode } from './verdict.ts';
import { applyWitnesses, checkWitnesses } from './rules-witnesses.ts';

/** Rules about restores. */
export const restoreRules: Rules<'firm.restored' | 'destruction.found' | 'room.restored'> = {
  'firm.restored': { check: checkRestore, apply: applyRestore },
  'destruction.found': {
    check(context) {
      return context.office.restores === undefined ? 'VOID_STATE' : undefined;
    },
    apply(context, body) {
      markGone(context, body.c[0], body.items, 'found');
    },
  },
  'room.restored': {
    check(context) {
      return context.office.restores === undefined ? 'VOID_STATE' : undefined;
    },
    apply: applyRoom,
  },
};

/** Takes away, and gives nothing: whatever the warden says, nobody may more by it. */
function applyRoom(context: Context, body: RoomRestored): void {
  const { vault, index } = context;
  const room = getRoom(context, body.c[0]);
  if (body.class !== undefined && body.class > room.class) room.class = body.class;
  if (body.isFrozen) room.isFrozen = true;
  for (const [person, role, endsAt] of body.grants) {
    const grant = room.grants.get(person);
    if (grant === undefined) continue;
    const end = Math.min(grant.endsAt ?? Infinity, endsAt === 0 ? Infinity : endsAt);
    room.grants.set(person, {
      ...grant,
      ...(role === 'member' ? { role } : {}),
      ...(end === Infinity ? {} : { endsAt: end }),
    });
  }
  if (body.hold !== undefined && !vault.holds.has(body.hold.hold)) {
    const { hold: id, by: placedBy, records, reason } = body.hold;
    room.holds.set(id, { id, records, ...(reason === undefined ? {} : { reason }), placedBy, index });
    vault.holds.add(id);
  }
  for (const id of body.stopped) {
    const disposal = vault.disposals.get(id);
    const isOpen = disposal?.stage === 'proposed' || disposal?.stage === 'approved';
    if (disposal?.room === room.id && isOpen) endDisposal(context, id, 'stopped');
  }
}

function checkRestore(context: Context, body: FirmRestored): VoidCode | undefined {
  const { office, index, vault, person } = context;
  const signer = office.unlocks.get(body.d as never);
  if (signer?.type !== 'kit' || !signerHas(context, 'owner')) return 'VOID_RIGHT';
  // Nothing lies between what the signer saw and this.
  if (body.pos.o[1] !== index || body.edition <= editionOf(office, vault.id)) return 'VOID_STATE';
  const named = body.vaults.map(([id]) => id);
  if (named.length !== office.vaults.size || named.some((id) => !office.vaults.has(id))) return 'VOID_STATE';
  const lists = [named, body.persons, body.devices, body.unlocks, body.walls.map(({ wall }) => wall)];
  if (lists.some((list) => new Set<string>(list).size !== list.length)) return 'VOID_FORM';
  // Who folds this need not know everybody it names: what it does not know is not its to judge.
  const isSignerKept =
    person !== undefined && body.persons.includes(person) && !body.unlocks.includes(signer.id);
  if (body.bundle !== undefined && checkBundle(context, body.bundle) !== undefined) return 'VOID_STATE';
  if (body.witnesses !== undefined && checkWitnesses(context, body.witnesses) !== undefined)
    return 'VOID_STATE';
  const keepsOwner = !body.roles.some(([whose, role]) => whose === person && role === 'owner');
  return isSignerKept && keepsOwner ? undefined : 'VOID_STATE';
}

function applyRestore(context: Context, body: FirmRestored): void {
  const { office, engine, index, vault } = context;
  const { edition, lost } = body;
  const persons = new Set(body.persons);
  for (const { id, suspensions } of office.persons.values())
    if (!persons.has(id) && !isOpen(suspensions.at(-1))) suspensions.push(beginHere(context));
  const devices = new Set(body.devices);
  for (const { id, life, freezes } of office.devices.values())
    if (life.to === undefined && !devices.has(id) && !isOpen(freezes.at(-1)))
      freezes.push(beginHere(context));
  for (const id of body.unlocks) {
    const life = office.unlocks.get(id)?.life;
    if (isOpen(life)) endHere(context, life);
  }
  for (const [person, role] of body.roles) endRole(context, person, role);
  for (const { wall: id, person, rooms } of body.walls)
    if (!office.walls.has(id)) office.walls.set(id, { id, person, rooms, life: beginHere(context) });
  if (body.bundle !== undefined) applyBundle(context, body.bundle);
  if (body.witnesses !== undefined) applyWitnesses(context, body.witnesses);
  if (body.retention !== undefined) office.retention = { years: body.retention, ...beginHere(context) };
  for (const invitation of office.invitations.values()) invitation.isOpen = false;
  for (const [id, size, root] of body.vaults) {
    const known = office.vaults.get(id);
    if (known === undefined) continue;
    office.vaults.set(id, {
      ...known,
      edition,
      vkey: nextKey(engine, known.vkey, edition),
      restores: [...(known.restores ?? []), { edition, from: index, size, root }],
    });
  }
  const sinceMs = vault.atMs;
  const restore = {
    edition,
    from: index,
    fromMs: context.entry.atMs,
    sinceMs,
    signedMs: body.t,
    person: getSigner(context),
    lost,
  };
  office.restores = [...(office.restores ?? []), restore];
}

function endRole(context: Context, personId: FirmRestored['persons'][number], role: FirmRole): void {
  const { office, moment } = context;
  if (!isRoleGiven(office, personId, role, moment.at)) return;
  const roles = office.persons.get(personId)?.roles ?? [];
  endHere(context, roles.find((given) => given.role === role && isOpen(given.span))?.span);
}

function isOpen(interval: Interval | undefined): boolean {
  return interval !== undefined && interval.to === undefined;
}
