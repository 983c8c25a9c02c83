/** The firm's ledger key speaks for those of its vaults, to witnesses that know it alone (docs/spec/witness.md section 2). */
import { officeId } from '@strongroom/core';
import { signIntroduction } from '@strongroom/ledger';
import type { PrepareLedgerAnswer } from './protocol/messages.ts';
import type { WardenState } from './state/warden-state.ts';

/** What an answer about a ledger has besides: nothing for the office, whose key is given to witnesses by hand. */
export async function introduce(
  state: WardenState,
  ledger: string,
): Promise<Pick<PrepareLedgerAnswer, 'introduction'>> {
  if (ledger === officeId) return {};
  const { signer } = state.ledgerKey(officeId);
  return { introduction: await signIntroduction(signer, state.ledgerKey(ledger).signer.key) };
}
