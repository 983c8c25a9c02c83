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
      empty: () => ({ office: createOfficeState({ records: true }) }),
      take(states) {
        office = states.office;
      },
    }),
    officeState: () => office,
    vault(id) {
      let vault = createVaultState(id, { records: true });
      vaults.set(id, vault);
      return createBook(engine, {
        ledger: id,
        states: () => ({ office, vault }),
        empty: () => ({ office, vault: createVaultState(id, { records: true }) }),
        take(states) {
          vault = states.vault ?? vault;
          vaults.set(id, vault);
        },
      });
    },
    vaultState: (id) => vaults.get(id),
  };
}

type BookParts = {
  readonly ledger: VaultId;
  readonly states: () => States;
  /** States in which this ledger has no entries yet. */
  readonly empty: () => States;
  readonly take: (states: States) => void;
};

function createBook(engine: NodeEngine, { ledger, states, empty, take }: BookParts): LedgerBook {
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
    async refold(entries, onJudged) {
      const anew = empty();
      for await (const { entry, index, isRefused } of entries)
        onJudged(index, toJudgement(await judge(engine, anew, entry, { ledger, index, isRefused })));
      take(anew);
    },
  };
}

function toJudgement(verdict: Verdict): Judgement {
  if (verdict.kind === 'void') return verdict;
  return { kind: 'applied', chains: [verdict.chain, verdict.also].filter((step) => step !== undefined) };
}
