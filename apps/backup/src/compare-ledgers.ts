/**
 * Whether a backup's ledger and the warden's are of one history, entry for entry, whichever is the older: who writes to a target can leave
 * out or exchange entries of a backup, and whoever signs its restore would sign that (docs/spec/backup.md section 8).
 */
import type { Restore, RestoredVault } from '@strongroom/authority';
import { ConflictError, isEqualConstantTime } from '@strongroom/core';
import type { RightEdge } from '@strongroom/ledger';
import type { RememberedLedger } from '@strongroom/warden';

/** A ledger of the backup. */
export type ComparedLedger = {
  readonly edge: RightEdge;
  /** The edge at the size that the warden has, where the backup has more. */
  readonly edgeBefore?: RightEdge;
  /** Where the restores in it cut it. */
  readonly cuts: readonly Pick<RestoredVault, 'edition' | 'size'>[];
  readonly findHash: (index: number) => Uint8Array | undefined;
};

/**
 * @throws ConflictError RESTORE_OTHER_WARDEN where both are not of one ledger, RESTORE_UNPROVEN where the warden does not remember enough to tell
 */
export function assertSameLedger(
  ours: ComparedLedger,
  theirs: RememberedLedger | undefined,
  { isUnproven }: { readonly isUnproven: boolean },
): void {
  if (theirs === undefined || theirs.size === 0 || ours.edge.size === 0) return;
  const later = ours.cuts.filter(({ edition }) => edition > theirs.edition).map(({ size }) => size);
  // A warden from before a restore that the backup knows of went on where the backup did not: both begin alike.
  if (later.length > 0 && Math.min(...later) < theirs.size) {
    compareLeaves(ours, theirs, Math.min(...later), isUnproven);
    return;
  }
  if (theirs.size < ours.edge.size) {
    assertSame(ours.edgeBefore?.root(), theirs.root);
    return;
  }
  const edge = ours.edge.clone();
  for (let index = edge.size; index < theirs.size; index++) {
    const hash = theirs.findHash(index);
    if (hash === undefined) {
      if (isUnproven) return;
      throw new ConflictError('RESTORE_UNPROVEN', { lost: theirs.size - ours.edge.size });
    }
    edge.append(hash);
  }
  assertSame(edge.root(), theirs.root);
}

function compareLeaves(
  { findHash }: ComparedLedger,
  theirs: RememberedLedger,
  size: number,
  isUnproven: boolean,
): void {
  for (let index = size - 1; index >= 0; index--) {
    const hash = theirs.findHash(index);
    if (hash !== undefined) assertSame(findHash(index), hash);
    else if (isUnproven) return;
    else throw new ConflictError('RESTORE_UNPROVEN', { lost: theirs.size - size });
  }
}

function assertSame(one: Uint8Array | undefined, other: Uint8Array): void {
  if (one === undefined || !isEqualConstantTime(one, other)) throw new ConflictError('RESTORE_OTHER_WARDEN');
}

/** The cuts of the office's ledger, as those of a vault are written. */
export function officeCuts(restores: readonly Restore[] = []): ComparedLedger['cuts'] {
  return restores.map(({ edition, from }) => ({ edition, size: from }));
}
