/**
 * The heads that a batch asks the warden for with its entries, so that nobody asks a second time: each set of chains once, as
 * many as one call may name. Whoever gets none asks for them himself.
 */
import { officeId } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';

/** Chains that one call to the warden may name. */
const chainsMax = 10_000;

/** The sets of a batch, and where each caller's heads are among the answers. */
export class WantedHeads {
  readonly #ledger: VaultId;
  readonly #places = new Map<string, number>();
  readonly #sets: (readonly string[])[] = [];
  #count = 0;

  constructor(ledger: VaultId) {
    this.#ledger = ledger;
  }

  add(chains: readonly string[] | undefined): void {
    if (chains === undefined) return;
    const own = ownChains(this.#ledger, chains);
    const name = own.join(' ');
    if (this.#places.has(name) || this.#count + own.length > chainsMax) return;
    this.#places.set(name, this.#sets.length);
    this.#sets.push(own);
    this.#count += own.length;
  }

  /** What goes with the call: nothing where nobody wants any. */
  get asked(): { readonly heads?: readonly (readonly string[])[] } {
    return this.#sets.length === 0 ? {} : { heads: this.#sets };
  }

  /** The caller's heads among those that came. */
  pick(
    heads: readonly Uint8Array[] | undefined,
    chains: readonly string[] | undefined,
  ): { readonly heads?: Uint8Array } {
    if (chains === undefined) return {};
    const place = this.#places.get(ownChains(this.#ledger, chains).join(' '));
    const found = place === undefined ? undefined : heads?.[place];
    return found === undefined ? {} : { heads: found };
  }
}

/** The chains that lie in a ledger, each once and in order. */
function ownChains(ledger: VaultId, chains: readonly string[]): readonly string[] {
  const own = chains.filter((chain) => ledger === officeId || chain.startsWith('rom_'));
  return [...new Set(own)].sort();
}
