/** The authority's fold, one book for the office and one for each vault, behind what the sequencer needs. */
import {
  checkEntry,
  createOfficeState,
  createVaultState,
  decodeEntry,
  judge,
  judgeVerified,
  signersOf,
  verifySignatures,
} from '@strongroom/authority';
import type { OfficeState, States, VaultState, Verdict } from '@strongroom/authority';
import { officeId } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import type { NodeEngine } from '@strongroom/core/node';
import type { Judgement, LedgerBook } from './book.ts';

/** All books. */
export interface Books {
  readonly office: LedgerBook;
  officeState(): OfficeState;
  /** Makes the book of a vault; each vault once. */
  vault(id: VaultId): LedgerBook;
  vaultState(id: VaultId): VaultState | undefined;
}

export function createBooks(engine: NodeEngine): Books {
  let office = createOfficeState({ records: true });
  const vaults = new Map<VaultId, VaultState>();
  return {
    office: createBook(engine, {
      ledger: officeId,
      states: () => ({ office }),
      reset() {
        office = createOfficeState({ records: true });
      },
    }),
    officeState: () => office,
    vault(id) {
      let vault = createVaultState(id, { records: true });
      vaults.set(id, vault);
      return createBook(engine, {
        ledger: id,
        states: () => ({ office, vault }),
        reset() {
          vault = createVaultState(id, { records: true });
          vaults.set(id, vault);
        },
      });
    },
    vaultState: (id) => vaults.get(id),
  };
}

function createBook(
  engine: NodeEngine,
  parts: { readonly ledger: VaultId; readonly states: () => States; readonly reset: () => void },
): LedgerBook {
  const { ledger, states } = parts;
  return {
    async propose(bytes, index) {
      const place = { ledger, index };
      const entry = decodeEntry(bytes);
      const verdict = checkEntry(engine, states(), entry, place);
      if (verdict.kind === 'void') return verdict;
      const signers = signersOf(states(), entry, place) ?? [];
      if (!(await verifySignatures(engine, entry, signers))) return { kind: 'void', code: 'VOID_SIGNATURE' };
      return toJudgement(judgeVerified(engine, states(), entry, place));
    },
    async judge(entry, { index, isRefused }) {
      return toJudgement(await judge(engine, states(), entry, { ledger, index, isRefused }));
    },
    reset: parts.reset,
  };
}

function toJudgement(verdict: Verdict): Judgement {
  if (verdict.kind === 'void') return verdict;
  return { kind: 'applied', chains: [verdict.chain, verdict.also].filter((step) => step !== undefined) };
}
