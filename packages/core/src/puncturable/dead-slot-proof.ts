/** Proof that a slot is dead under a committed root: the siblings from the dead subtree's root up (docs/spec/bytes.md section 8). */
import { assertBytes, isEqualConstantTime } from '../bytes/index.ts';
import type { Engine } from '../engine/index.ts';
import { IntegrityError } from '../errors/index.ts';
import { assertSlot, slotBits } from '../slots/index.ts';
import { commitInner } from './seed-steps.ts';

/** Sibling commitments, 32 bytes each, at most 48; none when the whole tree is dead. */
export type DeadSlotProof = readonly Uint8Array[];

/**
 * Refuses a proof that does not lead from a dead subtree containing `slot` to `root`.
 * @throws IntegrityError PROOF_INVALID; InputError INPUT_INVALID
 */
export function assertSlotDead(
  engine: Pick<Engine, 'sha256'>,
  options: { readonly slot: number; readonly root: Uint8Array; readonly proof: DeadSlotProof },
): void {
  const { slot, root, proof } = options;
  assertSlot(slot);
  assertBytes(root, 'root', 32);
  if (!Array.isArray(proof) || proof.length > slotBits)
    throw new IntegrityError('PROOF_INVALID', { name: 'slot' });
  // The path's node below depth `proof.length` is dead: 32 zero bytes.
  let node: Uint8Array = new Uint8Array(32);
  for (const [height, sibling] of proof.entries()) {
    assertBytes(sibling, 'sibling', 32);
    // A dead sibling of a dead node would make their parent the dead subtree's root: two proofs of one fact.
    if (height === 0 && sibling.every((byte) => byte === 0))
      throw new IntegrityError('PROOF_INVALID', { name: 'slot' });
    const depth = proof.length - height;
    const isRight = Math.floor(slot / 2 ** (slotBits - depth)) % 2 === 1;
    const pair = new Uint8Array(64);
    pair.set(isRight ? sibling : node);
    pair.set(isRight ? node : sibling, 32);
    node = commitInner(engine, pair);
  }
  if (!isEqualConstantTime(node, root)) throw new IntegrityError('PROOF_INVALID', { name: 'slot' });
}
