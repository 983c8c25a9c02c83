/**
 * What is of the top class is given out only under a head that the firm's witnesses have cosigned (docs/spec/warden.md section 5). Nothing of
 * it is kept: whoever asks brings the cosigned head, and the proof that this ledger begins with it.
 */
import { witnessPolicyOf } from '@strongroom/authority';
import type { NamedWitnesses } from '@strongroom/authority';
import { StrongroomError } from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import { parseNoteKey, verifyCheckpointByPolicy, verifyConsistency } from '@strongroom/ledger';
import type { CosignedNote } from '../protocol/messages.ts';

/** How many entries of a ledger are under a head with the witnesses' quorum; 0 for a note that shows nothing. */
export async function countWitnessed(
  engine: Engine,
  options: {
    readonly named: NamedWitnesses;
    readonly witnessed: CosignedNote | undefined;
    /** The ledger's own key. */
    readonly vkey: string;
    readonly size: number;
    readonly root: Uint8Array;
  },
): Promise<number> {
  const { named, witnessed, vkey, size, root } = options;
  if (witnessed === undefined) return 0;
  try {
    const policy = witnessPolicyOf(engine, named, [{ key: parseNoteKey(engine, vkey) }]);
    const head = await verifyCheckpointByPolicy(engine, policy, witnessed.note);
    verifyConsistency(engine, {
      sizeOld: head.size,
      rootOld: head.root,
      sizeNew: size,
      rootNew: root,
      proof: witnessed.proof,
    });
    return head.size;
  } catch (error) {
    if (error instanceof StrongroomError) return 0;
    throw error;
  }
}
