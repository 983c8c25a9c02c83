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

export class DisposalTable {
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
    this.#pending.set(disposal.disposal, disposal);
    this.#approvals = this.#approvals.filter(
      ([, atMs]) => disposal.approvedAtMs - atMs < wardenLimits.disposalWindowMs,
    );
    this.#approvals.push([disposal.vault, disposal.approvedAtMs, disposal.itemCount]);
  }

  /** Remembers an intent that was void. */
  refuseIntent(disposal: string, bodyHash: Uint8Array): void {
    const found = this.#pending.get(disposal);
    if (found === undefined || found.voidIntents.length >= wardenLimits.voidIntentsMax) return;
    if (found.voidIntents.some((hash) => compareBytes(hash, bodyHash) === 0)) return;
    this.#pending.set(disposal, { ...found, voidIntents: [...found.voidIntents, bodyHash] });
  }

  /** Whether an intent that is not out may count: it was never void. */
  mayIntend(disposal: string, bodyHash: Uint8Array): boolean {
    const { voidIntents } = this.#pending.get(disposal) ?? { voidIntents: [] };
    if (voidIntents.length >= wardenLimits.voidIntentsMax) return false;
    return voidIntents.every((hash) => compareBytes(hash, bodyHash) !== 0);
  }

  find(disposal: string): PendingDisposal | undefined {
    return this.#pending.get(disposal);
  }

  remove(disposal: string): void {
    this.#pending.delete(disposal);
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
      table.#pending.set(disposal, {
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
