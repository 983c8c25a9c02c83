import type { EntrySignature } from '@strongroom/authority';
import type { SignedBody } from '@strongroom/protocol';

/** The signatures of a body as the authority takes them; who the signers are is for it to judge. */
export function toSignatures(sigs: SignedBody['sigs']): readonly EntrySignature[] {
  return sigs as readonly EntrySignature[];
}
