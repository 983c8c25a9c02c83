/** The authority's states of the ledgers this device follows. An entry that the authority calls void is refused: a sync never contains one. */
import { IntegrityError, officeId, StrongroomError } from '@strongroom/core';
import type { Engine, VaultId } from '@strongroom/core';
import { createOfficeState, createVaultState, judge, judgeVerified } from '@strongroom/authority';
import type { Entry, OfficeState, States, VaultState, Verdict } from '@strongroom/authority';

export class Fold {
  readonly #engine: Engine;
  readonly #vaults = new Map<VaultId, VaultState>();
  readonly office: OfficeState;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.office = createOfficeState({ records: true });
  }

  vaults(): VaultId[] {
    return [...this.#vaults.keys()];
  }

  findVault(vault: VaultId): VaultState | undefined {
    return this.#vaults.get(vault);
  }

  addVault(vault: VaultId): void {
    if (!this.#vaults.has(vault)) this.#vaults.set(vault, createVaultState(vault, { records: true }));
  }

  /** One above the newest index folded. */
  sizeOf(ledger: VaultId): number {
    return ledger === officeId ? this.office.own.size : (this.#vaults.get(ledger)?.size ?? 0);
  }

  /** Judges and applies one entry. @throws IntegrityError CHAIN_INVALID if it is void */
  async apply(ledger: VaultId, index: number, entry: Entry): Promise<void> {
    try {
      const verdict = await judge(this.#engine, this.#statesOf(ledger), entry, { index, ledger });
      assertApplied(verdict, ledger, index);
    } catch (cause) {
      throw explain(cause, ledger, index);
    }
  }

  /**
   * The same for an entry that this device judged before and kept under its own seal: its signatures are not verified a second
   * time, all else is.
   * @throws IntegrityError CHAIN_INVALID if it is void
   */
  applyHeld(ledger: VaultId, index: number, entry: Entry): void {
    try {
      const verdict = judgeVerified(this.#engine, this.#statesOf(ledger), entry, { index, ledger });
      assertApplied(verdict, ledger, index);
    } catch (cause) {
      throw explain(cause, ledger, index);
    }
  }

  #statesOf(ledger: VaultId): States {
    const vault = this.#vaults.get(ledger);
    return vault === undefined ? { office: this.office } : { office: this.office, vault };
  }
}

function assertApplied(verdict: Verdict, ledger: VaultId, index: number): void {
  if (verdict.kind === 'void')
    throw new IntegrityError('CHAIN_INVALID', { ledger, index, reason: verdict.code });
}

function explain(cause: unknown, ledger: VaultId, index: number): unknown {
  if (!(cause instanceof StrongroomError) || cause.code === 'CHAIN_INVALID') return cause;
  return new IntegrityError('CHAIN_INVALID', { ledger, index, reason: cause.code }, { cause });
}
