import type { OfficeState } from './office-state.ts';
import type { VaultState } from './vault-state.ts';

/** When a question is asked: at which office size, and at which time of the server's clock (for ends of grants). */
export type Moment = { readonly at: number; readonly atMs: number };

/** The office, and the vault a question is about. Without a vault it is about the office's own rooms. */
export type States = { readonly office: OfficeState; readonly vault?: VaultState };

/** The rooms a question is about. */
export function roomsOf(states: States): VaultState {
  return states.vault ?? states.office.own;
}
