/**
 * Trust policies (C2SP tlog-policy): which logs, which witnesses, how many of them. This is a verifier's trust file.
 * Invariant: a policy that was parsed can be evaluated; each name is defined before it is used and is a member at most once.
 */
import { decodeUtf8, encodeHex } from '@strongroom/core';
import { policyBytesMax, policyLinesMax } from './limits.ts';
import { formatNoteKey, noteSignatureTypes, parseNoteKey } from './note-key.ts';
import type { NoteKey, NoteKeyEngine, NoteSignatureType } from './note-key.ts';
import { invalidInput, limitExceeded, malformed } from './refusals.ts';

/** A log whose checkpoints are accepted. */
export interface PolicyLog {
  readonly key: NoteKey;
  readonly url?: string;
}

/** A witness; the name matters inside the policy only. */
export interface PolicyWitness {
  readonly name: string;
  readonly key: NoteKey;
  readonly url?: string;
}

/** A group that has witnessed when at least `threshold` of its members have. */
export interface PolicyGroup {
  readonly name: string;
  readonly threshold: number;
  /** Names of witnesses and of groups defined before. */
  readonly members: readonly string[];
}

/** A trust policy. */
export interface TlogPolicy {
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  /** In the order of definition. */
  readonly groups: readonly PolicyGroup[];
  /** Name of a witness or group, or `none`. */
  readonly quorum: string;
}

const policyFormat = 'tlog-policy';
const noQuorum = 'none';

/** Reads lines one after the other and refuses what an earlier line rules out. */
class PolicyBuilder {
  readonly #engine: NoteKeyEngine;
  readonly #names: Set<string> = new Set();
  readonly #members: Set<string> = new Set();
  readonly #logs: PolicyLog[] = [];
  readonly #witnesses: PolicyWitness[] = [];
  readonly #groups: PolicyGroup[] = [];
  #quorum: string | undefined;

  constructor(engine: NoteKeyEngine) {
    this.#engine = engine;
  }

  addLog(vkey: string, url: string | undefined): void {
    const key = this.#readKey(vkey, noteSignatureTypes.ed25519, this.#logs);
    this.#logs.push(url === undefined ? { key } : { key, url });
    assertFewLines(this.#logs);
  }

  addWitness(name: string, vkey: string, url: string | undefined): void {
    this.#define(name);
    const key = this.#readKey(vkey, noteSignatureTypes.cosignatureV1, this.#witnesses);
    this.#witnesses.push(url === undefined ? { name, key } : { name, key, url });
    assertFewLines(this.#witnesses);
  }

  addGroup(name: string, thresholdText: string, members: readonly string[]): void {
    for (const member of members) {
      if (!this.#names.has(member)) throw malformed(policyFormat, 'name-unknown');
      if (this.#members.has(member)) throw malformed(policyFormat, 'member-twice');
      this.#members.add(member);
    }
    this.#define(name);
    this.#groups.push({ name, threshold: readThreshold(thresholdText, members.length), members });
    assertFewLines(this.#groups);
  }

  setQuorum(name: string): void {
    if (this.#quorum !== undefined) throw malformed(policyFormat, 'quorum-twice');
    if (name !== noQuorum && !this.#names.has(name)) throw malformed(policyFormat, 'name-unknown');
    this.#quorum = name;
  }

  build(): TlogPolicy {
    if (this.#quorum === undefined) throw malformed(policyFormat, 'no-quorum');
    return { logs: this.#logs, witnesses: this.#witnesses, groups: this.#groups, quorum: this.#quorum };
  }

  #define(name: string): void {
    if (name === noQuorum || this.#names.has(name)) throw malformed(policyFormat, 'name-twice');
    this.#names.add(name);
  }

  #readKey(vkey: string, type: NoteSignatureType, others: readonly { readonly key: NoteKey }[]): NoteKey {
    const key = parseNoteKey(this.#engine, vkey);
    if (key.type !== type) throw malformed(policyFormat, 'key-type');
    const publicKey = encodeHex(key.publicKey);
    if (others.some((other) => encodeHex(other.key.publicKey) === publicKey)) {
      throw malformed(policyFormat, 'key-twice');
    }
    return key;
  }
}

function assertFewLines(list: readonly unknown[]): void {
  if (list.length > policyLinesMax) throw limitExceeded('policyLinesMax', policyLinesMax);
}

function readThreshold(text: string, members: number): number {
  if (text === 'any') return 1;
  if (text === 'all') return members;
  const threshold = /^[1-9][0-9]{0,3}$/.test(text) ? Number(text) : 0;
  if (threshold < 1 || threshold > members) throw malformed(policyFormat, 'threshold');
  return threshold;
}

/**
 * Reads a policy file.
 * @throws InputError FORMAT_INVALID; IntegrityError KEY_INVALID; LimitError LIMIT_EXCEEDED
 */
export function parsePolicy(engine: NoteKeyEngine, policy: string | Uint8Array): TlogPolicy {
  const text = readText(policy);
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(text)) throw malformed(policyFormat, 'characters');
  if (!text.endsWith('\n')) throw malformed(policyFormat, 'no-final-newline');
  const builder = new PolicyBuilder(engine);
  for (const line of text.split('\n')) {
    const words = line.split(/[ \t]+/).filter((word) => word !== '');
    if (words.length > 0 && !(words[0] as string).startsWith('#')) addLine(builder, words);
  }
  return builder.build();
}

function readText(policy: string | Uint8Array): string {
  if (policy.length > policyBytesMax) throw limitExceeded('policyBytesMax', policyBytesMax);
  if (typeof policy === 'string') {
    if (!policy.isWellFormed()) throw malformed(policyFormat, 'utf8');
    return policy;
  }
  try {
    return decodeUtf8(policy);
  } catch (cause) {
    throw malformed(policyFormat, 'utf8', { cause });
  }
}

function addLine(builder: PolicyBuilder, words: readonly string[]): void {
  const [keyword, first, second, ...rest] = words;
  if (keyword === 'log' && first !== undefined && rest.length === 0) return builder.addLog(first, second);
  if (keyword === 'quorum' && first !== undefined && second === undefined) return builder.setQuorum(first);
  if (first !== undefined && second !== undefined) {
    if (keyword === 'witness' && rest.length <= 1) return builder.addWitness(first, second, rest[0]);
    if (keyword === 'group' && rest.length >= 1) return builder.addGroup(first, second, rest);
  }
  throw malformed(policyFormat, 'line');
}

/**
 * The policy as a file.
 * @throws InputError INPUT_INVALID if what is written would not be read back
 */
export function formatPolicy(engine: NoteKeyEngine, policy: TlogPolicy): string {
  const lines = [
    ...policy.logs.map(({ key, url }) => ['log', formatNoteKey(key), url]),
    ...policy.witnesses.map(({ name, key, url }) => ['witness', name, formatNoteKey(key), url]),
    ...policy.groups.map(({ name, threshold, members }) => ['group', name, String(threshold), ...members]),
    ['quorum', policy.quorum],
  ].map((words) => words.filter((word) => word !== undefined));
  const text = lines.map((words) => `${words.join(' ')}\n`).join('');
  // A name or url with a space or newline in it would become other words or another line.
  if (lines.some((words) => words.some((word) => !/^[^\s]+$/u.test(word)))) throw invalidInput('policy');
  try {
    parsePolicy(engine, text);
  } catch (cause) {
    throw invalidInput('policy', { cause });
  }
  return text;
}

/** Whether the witnesses with these keys make the quorum. */
export function isQuorumMet(policy: TlogPolicy, cosigners: readonly NoteKey[]): boolean {
  if (policy.quorum === noQuorum) return true;
  const signed = new Set(cosigners.map(formatNoteKey));
  const witnesses = policy.witnesses.filter(({ key }) => signed.has(formatNoteKey(key)));
  const witnessed = new Set(witnesses.map(({ name }) => name));
  for (const { name, threshold, members } of policy.groups) {
    if (members.filter((member) => witnessed.has(member)).length >= threshold) witnessed.add(name);
  }
  return witnessed.has(policy.quorum);
}
