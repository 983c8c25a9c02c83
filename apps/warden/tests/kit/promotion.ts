/** The statement of a promotion as the owner's kit signs it, and its way to a standby and into the ledger. */
import { chainHeadOf, signBody } from '@strongroom/authority';
import type { Body, BodySigner } from '@strongroom/authority';
import { officeId } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import { leafHash, RightEdge } from '@strongroom/ledger';
import type { AppendAnswer, PromoteRequest, WardenClient } from '../../src/index.ts';
import { engine } from './firm.ts';
import type { Firm } from './firm.ts';

export type SignedPromotion = {
  readonly body: Uint8Array;
  readonly signer: string;
  readonly signature: Uint8Array;
  readonly voids: PromoteRequest['voids'];
};

/** The root of a ledger as the server has it, up to a size. */
export function rootOf(firm: Firm, ledger: string, size?: number): Uint8Array {
  const edge = RightEdge.create(engine);
  for (const { entry } of (firm.entries.get(ledger) ?? []).slice(0, size))
    edge.append(leafHash(engine, entry));
  return edge.root();
}

/** A statement that names a standby's keys. */
export async function signPromotion(
  firm: Firm,
  standby: WardenClient,
  { number = 2, by = firm.kit, change = {} }: { number?: number; by?: BodySigner; change?: object } = {},
): Promise<SignedPromotion> {
  const { publicKey, headKeys } = await standby.hello();
  const keyOf = (id: string): Uint8Array => headKeys.find(({ ledger }) => ledger === id)?.key as Uint8Array;
  const { n, head } = chainHeadOf({ office: firm.office }, 'firm');
  const officeSize = firm.entries.get(officeId)?.length ?? 0;
  const vaults = [...firm.vaultStates.keys()].map((vault) => [
    vault as VaultId,
    firm.entries.get(vault)?.length ?? 0,
    rootOf(firm, vault),
    keyOf(vault),
  ]);
  const body = {
    k: 'warden.promoted',
    l: officeId,
    d: by.id,
    t: firm.nowMs(),
    pos: { o: [0, officeSize, rootOf(firm, officeId)] },
    c: ['firm', n, head],
    number,
    sign: publicKey,
    ledger: keyOf(officeId),
    vaults,
    ...change,
  } as unknown as Body;
  const signed = await signBody(engine, { body, signers: [by] });
  return { body: signed.body, signer: by.id, signature: signed.sigs[0]?.[1] as Uint8Array, voids: [] };
}

/** Puts the statement into the office's ledger, as the server does with the promoted warden. */
export async function appendPromotion(firm: Firm, signed: SignedPromotion): Promise<AppendAnswer> {
  const sigs = [[signed.signer as BodySigner['id'], signed.signature]] as const;
  return await firm.append(officeId, [{ entry: firm.entryOf(officeId, { body: signed.body, sigs }) }]);
}
