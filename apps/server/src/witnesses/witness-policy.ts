/**
 * Which witnesses are asked, and how many of them make a head witnessed: a C2SP tlog-policy file, the same that verifiers use, with an
 * address for each witness. Without a file nobody is asked.
 */
import { readFileSync } from 'node:fs';
import { InputError, StrongroomError } from '@strongroom/core';
import { parsePolicy } from '@strongroom/ledger';
import type { NoteKey, NoteKeyEngine, TlogPolicy } from '@strongroom/ledger';

/** A witness that is asked. */
export type AskedWitness = {
  /** As the policy names it. */
  readonly name: string;
  readonly key: NoteKey;
  /** Submission prefix, without a slash at its end. */
  readonly url: string;
};

/** The policy and whom it leads to. */
export type WitnessPolicy = { readonly policy: TlogPolicy; readonly witnesses: readonly AskedWitness[] };

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
/** Each answers with one more line under every checkpoint. */
const witnessesMax = 16;

/** @throws InputError CONFIG_INVALID (reason: what is wrong with the file) */
export function readWitnessPolicy(engine: NoteKeyEngine, path: string): WitnessPolicy {
  let policy: TlogPolicy;
  try {
    policy = parsePolicy(engine, new Uint8Array(readFileSync(path)));
  } catch (cause) {
    const reason = cause instanceof StrongroomError ? 'witness-policy' : 'witness-policy-file';
    throw new InputError('CONFIG_INVALID', { reason }, { cause });
  }
  const count = policy.witnesses.length;
  if (count === 0 || count > witnessesMax)
    throw new InputError('CONFIG_INVALID', { reason: 'witness-count' });
  // A quorum of nobody would call every head witnessed.
  if (policy.quorum === 'none') throw new InputError('CONFIG_INVALID', { reason: 'witness-quorum' });
  const witnesses = policy.witnesses.map(({ name, key, url }) => ({ name, key, url: readUrl(url) }));
  return { policy, witnesses };
}

/** Beyond this machine TLS only: who listens would learn how much happens in each ledger. */
function readUrl(text: string | undefined): string {
  if (text === undefined || !URL.canParse(text))
    throw new InputError('CONFIG_INVALID', { reason: 'witness-url' });
  const { protocol, hostname, origin, pathname, search, hash, username } = new URL(text);
  const isSafe = protocol === 'https:' || (protocol === 'http:' && loopback.test(hostname));
  if (!isSafe || search !== '' || hash !== '' || username !== '')
    throw new InputError('CONFIG_INVALID', { reason: 'witness-url' });
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}
