/**
 * How far the warden is with each approved disposal. The stages in the ledger are the authority's; here is what only the warden
 * knows: when the grace ends by its clock, and whether the listed wraps opened.
 */
import { compareBytes } from '@strongroom/core';
import type { CborValue } from '@strongroom/core';
import { wardenLimits } from '../limits.ts';
import type { DisposalState } from '../protocol/messages.ts';

export type PendingDisposal = {
  readonly vault: string;
  readonly disposal: string;
  readonly itemCount: number;
  readonly approvedAtMs: number;
  readonly dueAtMs: number;
  /** Why it must stop, as found when it was approved. */
  readonly stopCode: string | undefined;
  state: DisposalState;
  /** Hashes of intents that were void: none of them counts later. At the limit no intent counts but the one that is out. */
  readonly voidIntents: readonly Uint8Array[];
};

type Row = [string, string, number, number, number, string, DisposalState, readonly Uint8Array[]];

/** One disposal of one vault: an id is chosen by whoever proposes, and another vault may have the same. */
export function nameDisposal(vault: string, disposal: string): string {
  return `${vault} ${disposal}`;
}

export class DisposalTable {
  /** By `nameDisposal`. */
  readonly #pending = new Map<string, PendingDisposal>();
  /** Approvals of the last day: vault, time, items. */
  #approvals: [vault: string, atMs: number, count: number][] = [];

  /** Items approved in a vault within the window before `nowMs`. */
  countApproved(vault: string, nowMs: number): number {
    return this.#approvals
      .filter(([found, atMs]) => found === vault && nowMs - atMs < wardenLimits.disposalWindowMs)
      .reduce((sum, [, , count]) => sum + count, 0);
  }

  approve(disposal: PendingDisposal): void {
    this.#pending.set(nameDisposal(disposal.vault, disposal.disposal), disposal);
    this.#approvals = this.#approvals.filter(
      ([, atMs]) => disposal.approvedAtMs - atMs < wardenLimits.disposalWindowMs,
    );
    this.#approvals.push([disposal.vault, disposal.approvedAtMs, disposal.itemCount]);
  }

  /** Remembers an intent that was void. */
  refuseIntent(vault: string, disposal: string, bodyHash: Uint8Array): void {
    const found = this.find(vault, disposal);
    if (found === undefined || found.voidIntents.length >= wardenLimits.voidIntentsMax) return;
    if (found.voidIntents.some((hash) => compareBytes(hash, bodyHash) === 0)) return;
    const voidIntents = [...found.voidIntents, bodyHash];
    this.#pending.set(nameDisposal(vault, disposal), { ...found, voidIntents });
  }

  /** Whether an intent that is not out may count: it was never void. */
  mayIntend(vault: string, disposal: string, bodyHash: Uint8Array): boolean {
    const { voidIntents } = this.find(vault, disposal) ?? { voidIntents: [] };
    if (voidIntents.length >= wardenLimits.voidIntentsMax) return false;
    return voidIntents.every((hash) => compareBytes(hash, bodyHash) !== 0);
  }

  /** Whether an intent was void before. */
  wasVoid(vault: string, disposal: string, bodyHash: Uint8Array): boolean {
    const { voidIntents } = this.find(vault, disposal) ?? { voidIntents: [] };
    return voidIntents.some((hash) => compareBytes(hash, bodyHash) === 0);
  }

  find(vault: string, disposal: string): PendingDisposal | undefined {
    return this.#pending.get(nameDisposal(vault, disposal));
  }

  remove(vault: string, disposal: string): void {
    this.#pending.delete(nameDisposal(vault, disposal));
  }

  list(): readonly PendingDisposal[] {
    return [...this.#pending.values()];
  }

  encode(): CborValue {
    const rows = this.list().map((found): Row => {
      const { vault, disposal, itemCount, approvedAtMs, dueAtMs, stopCode, state, voidIntents } = found;
      return [vault, disposal, itemCount, approvedAtMs, dueAtMs, stopCode ?? '', state, voidIntents];
    });
    return [rows, this.#approvals];
  }

  static decode(value: CborValue): DisposalTable {
    const [rows, approvals] = value as unknown as [Row[], [string, number, number][]];
    const table = new DisposalTable();
    for (const [vault, disposal, itemCount, approvedAtMs, dueAtMs, stopCode, state, voidIntents] of rows)
      table.#pending.set(nameDisposal(vault, disposal), {
        vault,
        disposal,
        itemCount,
        approvedAtMs,
        dueAtMs,
        stopCode: stopCode === '' ? undefined : stopCode,
        state,
        voidIntents,
      });
    table.#approvals = approvals;
    return table;
  }
}
