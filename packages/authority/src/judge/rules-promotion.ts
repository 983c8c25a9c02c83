/** Rules of a promotion: which warden is the one, and where the keys of the one before ended (docs/spec/statements.md section 4.4). */
import type { WardenPromoted } from '../bodies/index.ts';
import { vkeyUnder } from '../state/index.ts';
import type { EndedKey } from '../state/index.ts';
import { getSigner, signerHas } from './context.ts';
import type { Context, Rules } from './context.ts';
import { checkKeys, rememberKeys } from './keys.ts';
import type { NamedKeys } from './keys.ts';
import type { VoidCode } from './verdict.ts';

/** Rules about wardens. */
export const promotionRules: Rules<'warden.promoted'> = {
  'warden.promoted': { check: checkPromotion, apply: applyPromotion },
};

function checkPromotion(context: Context, body: WardenPromoted): VoidCode | undefined {
  const { office, engine, index } = context;
  const signer = office.unlocks.get(body.d as never);
  if (signer?.type !== 'kit' || !signerHas(context, 'owner')) return 'VOID_RIGHT';
  // Nothing lies between what the signer saw and this.
  if (body.pos.o[1] !== index || body.number <= (office.warden?.number ?? 0)) return 'VOID_STATE';
  const named = new Set(body.vaults.map(([id]) => id));
  if (named.size !== body.vaults.length) return 'VOID_FORM';
  if (named.size !== office.vaults.size || [...named].some((id) => !office.vaults.has(id)))
    return 'VOID_STATE';
  return checkKeys(engine, office, keysOf(body));
}

function applyPromotion(context: Context, body: WardenPromoted): void {
  const { office, engine, index, entry } = context;
  const { warden: before } = office;
  if (before === undefined) throw new TypeError('the firm was checked to exist');
  const { number, sign, ledger } = body;
  const ended: EndedKey[] = [];
  for (const [id, size, root, key] of body.vaults) {
    const known = office.vaults.get(id);
    if (known === undefined) continue;
    ended.push({ vault: id, vkey: known.vkey, size, root });
    office.vaults.set(id, { ...known, warden: number, vkey: vkeyUnder(engine, known.vkey, key) });
  }
  const promotion = {
    number,
    from: index,
    fromMs: entry.atMs,
    person: getSigner(context),
    before,
    vaults: ended,
  };
  office.promotions = [...(office.promotions ?? []), promotion];
  office.warden = { number, sign, ledger: vkeyUnder(engine, before.ledger, ledger) };
  rememberKeys(engine, office, keysOf(body));
}

function keysOf({ sign, ledger, vaults }: WardenPromoted): NamedKeys {
  return { sign: [sign, ledger, ...vaults.map(([, , , key]) => key)], kem: [] };
}
