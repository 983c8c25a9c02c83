/** Rules of a restore: what goes on from a backup, and what the warden found destroyed then (docs/spec/statements.md section 4.3). */
import { StrongroomError } from '@strongroom/core';
import type { FirmRestored, FirmRole } from '../bodies/index.ts';
import { editionOf, isRoleGiven, vkeyOfEdition } from '../state/index.ts';
import type { Interval } from '../state/index.ts';
import { beginHere, endHere, getSigner, signerHas } from './context.ts';
import type { Context, Rules } from './context.ts';
import { markGone } from './rules-disposals.ts';
import type { VoidCode } from './verdict.ts';

/** Rules about restores. */
export const restoreRules: Rules<'firm.restored' | 'destruction.found'> = {
  'firm.restored': { check: checkRestore, apply: applyRestore },
  'destruction.found': {
    check(context) {
      return context.office.restores === undefined ? 'VOID_STATE' : undefined;
    },
    apply(context, body) {
      markGone(context, body.c[0], body.items, 'found');
    },
  },
};

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

/** A vault's key that is none was never a ledger's: the warden found its statement void, and nobody opens it. */
function nextKey(engine: Context['engine'], vkey: string, edition: number): string {
  try {
    return vkeyOfEdition(engine, vkey, edition);
  } catch (error) {
    if (error instanceof StrongroomError) return vkey;
    throw error;
  }
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
