/** Whether the warden that was met is the one that the firm's office names (docs/spec/warden.md section 11). */
import { decodeBody } from '@strongroom/authority';
import type { OfficeState, WardenPromoted } from '@strongroom/authority';
import { AccessError, DependencyError, isEqualConstantTime } from '@strongroom/core';
import type { HelloAnswer } from '@strongroom/warden';

/**
 * Answers whether it is the next one, whose statement lies ready.
 * @throws AccessError WARDEN_FENCED for one whose place another has taken; DependencyError WARDEN_OTHER
 */
export function assertInForce(
  { warden: known }: OfficeState,
  { warden: number, role, publicKey }: Pick<HelloAnswer, 'warden' | 'role' | 'publicKey'>,
  promotion: { readonly body: Uint8Array } | undefined,
): boolean {
  if (role === 'fenced') throw new AccessError('WARDEN_FENCED');
  if (known === undefined) return false;
  const next = findNext(known.number, promotion);
  // Of the number in force too, where the next one's statement waits: it went on with what the kit has ended.
  if (number < (next?.number ?? known.number)) throw new AccessError('WARDEN_FENCED');
  if (number === known.number) {
    if (!isEqualConstantTime(publicKey, known.sign)) throw new DependencyError('WARDEN_OTHER');
    return false;
  }
  const isNamed = next?.number === number && isEqualConstantTime(next.sign, publicKey);
  if (!isNamed) throw new DependencyError('WARDEN_OTHER');
  return true;
}

/** What a statement that lies ready says, unless the office has it, or one after it. */
function findNext(
  number: number,
  promotion: { readonly body: Uint8Array } | undefined,
): WardenPromoted | undefined {
  const body = promotion === undefined ? undefined : decodeBody(promotion.body);
  return body?.k === 'warden.promoted' && body.number > number ? body : undefined;
}
