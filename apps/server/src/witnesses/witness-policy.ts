/**
 * Which witnesses are asked, and how many of them make a head witnessed. The firm's statement says both, where there is one; the operator's file,
 * a C2SP tlog-policy, has the addresses. Without a statement the file says both, and no device counts on it. Without a file nobody is asked.
 */
import { readFileSync } from 'node:fs';
import { witnessesInForce, witnessPolicyOf } from '@strongroom/authority';
import type { NamedWitnesses, OfficeState } from '@strongroom/authority';
import { InputError, StrongroomError } from '@strongroom/core';
import { formatNoteKey, parsePolicy } from '@strongroom/ledger';
import type { NoteKey, NoteKeyEngine, TlogPolicy } from '@strongroom/ledger';

/** A witness that is asked. */
export type AskedWitness = {
  /** As the policy names it. */
  readonly name: string;
  readonly key: NoteKey;
  /** Submission prefix, without a slash at its end; undefined where the operator gave none, and it cannot be asked. */
  readonly url: string | undefined;
};

/** The policy and whom it leads to. */
export type WitnessPolicy = {
  readonly policy: TlogPolicy;
  readonly witnesses: readonly AskedWitness[];
  /** A statement of the firm names them, not the operator alone. */
  readonly isFirms: boolean;
};

/** Answers who is to be asked now: by the office as it stands, at the addresses of the operator's file. */
export function createPolicySource(
  engine: NoteKeyEngine,
  file: WitnessPolicy | undefined,
): (office: OfficeState) => WitnessPolicy | undefined {
  const urls = new Map(file?.witnesses.map(({ key, url }) => [formatNoteKey(key), url]));
  let made: { readonly named: NamedWitnesses; readonly policy: WitnessPolicy } | undefined;
  return (office) => {
    const named = witnessesInForce(office);
    if (named === undefined) return file;
    if (made?.named.from !== named.from) {
      const policy = witnessPolicyOf(engine, named, []);
      const witnesses = policy.witnesses.map(({ name, key }) => ({
        name,
        key,
        url: urls.get(formatNoteKey(key)),
      }));
      made = { named, policy: { policy, witnesses, isFirms: true } };
    }
    return made.policy;
  };
}

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
  return { policy, witnesses, isFirms: false };
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
