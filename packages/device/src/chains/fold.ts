/** The authority's states of the ledgers this device follows. An entry that the authority calls void is refused: a sync never contains one. */
import { IntegrityError, officeId, StrongroomError } from '@strongroom/core';
import type { Engine, VaultId } from '@strongroom/core';
import { createOfficeState, createVaultState, judge } from '@strongroom/authority';
import type { Entry, OfficeState, VaultState } from '@strongroom/authority';

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
    const vault = this.#vaults.get(ledger);
    const states = vault === undefined ? { office: this.office } : { office: this.office, vault };
    let verdict;
    try {
      verdict = await judge(this.#engine, states, entry, { index, ledger });
    } catch (cause) {
      if (!(cause instanceof StrongroomError)) throw cause;
      throw new IntegrityError('CHAIN_INVALID', { ledger, index, reason: cause.code }, { cause });
    }
    if (verdict.kind === 'void')
      throw new IntegrityError('CHAIN_INVALID', { ledger, index, reason: verdict.code });
  }
}
