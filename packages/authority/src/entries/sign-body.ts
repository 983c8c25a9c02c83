import { signLabelled } from '@strongroom/core';
import type { Engine } from '@strongroom/core';
import { encodeBody } from '../bodies/index.ts';
import type { Body } from '../bodies/index.ts';
import type { EntrySignature, SignerId } from './entry.ts';

/** Who signs, with the seed of the signing key. The order is that of the entry: the device first, then unlocks, then the invitation. */
export type BodySigner = { readonly id: SignerId; readonly seed: Uint8Array };

/** A body's bytes with the signatures over them. */
export type SignedBody = { readonly body: Uint8Array; readonly sigs: readonly EntrySignature[] };

/**
 * Encodes a body and signs it: label `entry`, or `warden-entry` for the warden.
 * @throws InputError ENTRY_INVALID
 */
export async function signBody(
  engine: Pick<Engine, 'signEd25519'>,
  options: { readonly body: Body; readonly signers: readonly BodySigner[] },
): Promise<SignedBody> {
  const body = encodeBody(options.body);
  const sigs: EntrySignature[] = [];
  for (const { id, seed } of options.signers) {
    const label = id === 'warden' ? 'warden-entry' : 'entry';
    sigs.push([id, await signLabelled(engine, { label, seed, bytes: body })]);
  }
  return { body, sigs };
}
