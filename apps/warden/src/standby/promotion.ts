/**
 * What a standby demands before it takes its warden's place: the statement is the firm's, by the kit of an owner whom this state knows, it names
 * this standby's keys, and the ledgers that it speaks of go on from the ones that are here (docs/spec/warden.md section 11).
 */
import { decodeBody, editionOf, isRoleGiven, isUnlockValid } from '@strongroom/authority';
import type { WardenPromoted } from '@strongroom/authority';
import { compareBytes, ConflictError, officeId, verifyLabelled } from '@strongroom/core';
import type { Engine, UnlockId, VaultId } from '@strongroom/core';
import type { HeadKey, PromoteRequest } from '../protocol/messages.ts';
import type { WardenState } from '../state/warden-state.ts';
import type { Tables } from '../tables/tables.ts';

type Home = { readonly tables: Tables; readonly state: WardenState };

/** @throws ConflictError STANDBY_UNFIT */
export async function checkPromotion(
  engine: Engine,
  { tables, state, request }: Home & { readonly request: PromoteRequest },
): Promise<{ readonly number: number; readonly editions: ReadonlyMap<string, number> }> {
  const body = decodeBody(request.body);
  if (body.k !== 'warden.promoted' || body.d !== request.signer) throw unfit('statement');
  const { office } = tables;
  const unlock = office.unlocks.get(body.d as UnlockId);
  const isOwners =
    unlock?.type === 'kit' &&
    isUnlockValid(office, unlock.id, office.size) &&
    isRoleGiven(office, unlock.person, 'owner', office.size) &&
    (await verifyLabelled(engine, {
      label: 'entry',
      publicKey: unlock.sign,
      bytes: request.body,
      signature: request.signature,
    }));
  if (!isOwners) throw unfit('signature');
  if (!isOurs(state, body) || body.number <= (office.warden?.number ?? 0)) throw unfit('keys');
  if (!goesOn(tables, body)) throw unfit('ledgers');
  const editions = new Map(
    state.ledgerIds().map((ledger) => [ledger, editionOf(office, ledger as VaultId)] as const),
  );
  return { number: body.number, editions };
}

/** Whether a statement names this warden's keys. */
export function isOurs(state: WardenState, { sign, ledger, vaults }: WardenPromoted): boolean {
  const keys: readonly (readonly [string, Uint8Array])[] = [
    [officeId, ledger],
    ...vaults.map(([vault, , , key]) => [vault, key] as const),
  ];
  const ids = state.ledgerIds();
  return (
    compareBytes(sign, state.publicKey) === 0 &&
    keys.every(([id, key]) => ids.includes(id) && compareBytes(key, headKeyOf(state, id)) === 0)
  );
}

/** Whether every ledger that a statement takes over is the one that is here, or goes on from it. */
export function goesOn(tables: Tables, { pos, vaults }: WardenPromoted): boolean {
  const [, officeSize, officeRoot] = pos.o;
  const heads: readonly (readonly [string, number, Uint8Array])[] = [
    [officeId, officeSize, officeRoot],
    ...vaults.map(([vault, size, root]) => [vault, size, root] as const),
  ];
  const named = new Set(heads.map(([ledger]) => ledger));
  const isKnown = [...tables.ledgers].every(([ledger, { size }]) => size === 0 || named.has(ledger));
  return (
    isKnown &&
    heads.every(([ledger, size, root]) => {
      const table = tables.ledger(ledger);
      return table.size === size ? compareBytes(table.root(), root) === 0 : table.size < size;
    })
  );
}

/** The public halves of the keys under which a warden signs its ledgers' heads. */
export function headKeysOf(state: WardenState): readonly HeadKey[] {
  return state.ledgerIds().map((ledger) => ({ ledger, key: headKeyOf(state, ledger) }));
}

function headKeyOf(state: WardenState, ledger: string): Uint8Array {
  return state.ledgerKey(ledger).signer.key.publicKey;
}

function unfit(reason: string): ConflictError {
  return new ConflictError('STANDBY_UNFIT', { reason });
}
