/**
 * Folding: what an entry changes, or that it is void (docs/spec/statements.md section 7). A check changes nothing; only an entry
 * that passes every check is applied. Calls for one `States` must not overlap.
 */
import { assert, compareBytes, ConflictError, InputError, officeId, StrongroomError } from '@strongroom/core';
import type { Engine, PersonId, RoomId, VaultId } from '@strongroom/core';
import { officeOnlyKinds } from '../bodies/statement-table.ts';
import type { Body, ChainId } from '../bodies/index.ts';
import { decodeEntry, entryHash, extendChain } from '../entries/index.ts';
import type { Entry } from '../entries/index.ts';
import { chainHeadOf, findVault, officeEditionAt, personOf } from '../state/index.ts';
import type { OfficeState, States } from '../state/index.ts';
import type { Context, JudgeEngine, Rule } from './context.ts';
import { rules } from './rules.ts';
import { hasSignaturesOf, judgedAt, signersOf, verifySignatures } from './signers.ts';
import type { RequiredSigner } from './signers.ts';
import type { ChainStep, EntryPlace, Verdict, VoidCode } from './verdict.ts';

type Applied = Extract<Verdict, { readonly kind: 'applied' }>;
type Checked =
  | { readonly verdict: Extract<Verdict, { readonly kind: 'void' }> }
  | { readonly verdict: Applied; readonly context: Context; readonly signers: readonly RequiredSigner[] };

/**
 * Judges an entry, verifies its signatures and, unless it is void, applies it. Bytes that do not decode are void.
 * @throws ConflictError OFFICE_BEHIND when the office is not folded up to the size the entry is judged at
 * @throws InputError INPUT_INVALID for an index below the newest, or a ledger that `states` do not hold
 */
export async function judge(
  engine: JudgeEngine & Pick<Engine, 'verifyEd25519'>,
  states: States,
  entry: Entry | Uint8Array,
  place: EntryPlace,
): Promise<Verdict> {
  const decoded = decodeOrUndefined(entry);
  const checked = check(engine, states, decoded, place);
  if (!('context' in checked)) return finish(states, place, checked.verdict);
  const { size } = checked.context.vault;
  if (!(await verifySignatures(engine, checked.context.entry, checked.signers))) {
    return finish(states, place, { kind: 'void', code: 'VOID_SIGNATURE' });
  }
  assert(checked.context.vault.size === size, 'two entries of one ledger were judged at once');
  return finish(states, place, apply(checked.context, checked.verdict));
}

/**
 * What `judge` would answer if all signatures are right; changes nothing.
 * @throws as `judge`
 */
export function checkEntry(
  engine: JudgeEngine,
  states: States,
  entry: Entry | Uint8Array,
  place: EntryPlace,
): Verdict {
  return check(engine, states, decodeOrUndefined(entry), place).verdict;
}

/**
 * As `judge`, for an entry whose signatures the caller has verified with `signersOf` and `verifySignatures` against this state, or
 * that has none.
 * @throws as `judge`
 */
export function judgeVerified(
  engine: JudgeEngine,
  states: States,
  entry: Entry | Uint8Array,
  place: EntryPlace,
): Verdict {
  const checked = check(engine, states, decodeOrUndefined(entry), place);
  const verdict = 'context' in checked ? apply(checked.context, checked.verdict) : checked.verdict;
  return finish(states, place, verdict);
}

function decodeOrUndefined(entry: Entry | Uint8Array): Entry | undefined {
  if (!(entry instanceof Uint8Array)) return entry;
  try {
    return decodeEntry(entry);
  } catch (error) {
    if (error instanceof StrongroomError) return undefined;
    throw error;
  }
}

function refuse(code: VoidCode): Checked {
  return { verdict: { kind: 'void', code } };
}

function check(engine: JudgeEngine, states: States, entry: Entry | undefined, place: EntryPlace): Checked {
  const { office } = states;
  const isOffice = place.ledger === officeId;
  const vault = isOffice ? office.own : states.vault;
  if (vault === undefined || vault.id !== place.ledger)
    throw new InputError('INPUT_INVALID', { name: 'ledger' });
  if (!Number.isSafeInteger(place.index) || place.index < vault.size)
    throw new InputError('INPUT_INVALID', { name: 'index' });
  if (place.isRefused === true) return refuse('VOID_REFUSED');
  if (entry === undefined || entry.body.l !== place.ledger) return refuse('VOID_FORM');
  if ((entry.officeSize === null) !== isOffice) return refuse('VOID_FORM');
  const at = judgedAt(entry, place);
  if (!isOffice && office.size < at)
    throw new ConflictError('OFFICE_BEHIND', { size: office.size, officeSize: at });
  if (entry.atMs < vault.atMs || (!isOffice && at < vault.officeSize)) return refuse('VOID_FORM');
  if (!isOffice && officeOnlyKinds.has(entry.body.k)) return refuse('VOID_FORM');
  const begun = isOffice ? office.firm !== undefined : (findVault(office, vault.id)?.from ?? at) < at;
  if (!begun && entry.body.k !== 'firm.created') return refuse('VOID_STATE');

  if (!isOfEdition(office, entry, at)) return refuse('VOID_STATE');
  if (!isOffice && isBeforeCut(office, vault.id, place.index, at)) return refuse('VOID_FORM');
  const roomStates: States = isOffice ? { office } : { office, vault };
  const steps = chainSteps(engine, roomStates, entry);
  if (steps === undefined) return refuse('VOID_CHAIN');
  const signers = signersOf(states, entry, place);
  if (signers === undefined || !hasSignaturesOf(entry, signers)) return refuse('VOID_SIGNER');
  const context: Context = {
    engine,
    office,
    vault,
    states: roomStates,
    entry,
    index: place.index,
    moment: { at, atMs: entry.atMs },
    person: signerPerson(states, entry.body),
  };
  const rule = ruleOf(entry.body);
  const code = rule.check(context, entry.body);
  if (code !== undefined) return refuse(code);
  const note = rule.note?.(context, entry.body);
  return {
    context,
    signers,
    verdict: { kind: 'applied', ...steps, ...(note === undefined ? {} : { note }) },
  };
}

function ruleOf(body: Body): Rule<Body> {
  return rules[body.k] as Rule<Body>;
}

function signerPerson(states: States, body: Body): PersonId | undefined {
  if (!('c' in body) || body.d === 'warden' || body.k === 'firm.created' || body.k === 'person.enrolled')
    return undefined;
  return personOf(states.office, body.d);
}

/** What was signed under an edition counts under that one alone. */
function isOfEdition(office: OfficeState, { body }: Entry, at: number): boolean {
  return !('pos' in body) || body.pos.o[0] === officeEditionAt(office, at);
}

/** Whether an entry that a vault got after a restore, or under another warden, is judged by the office from before it. */
function isBeforeCut(office: OfficeState, id: VaultId, index: number, at: number): boolean {
  const restores = findVault(office, id)?.restores ?? [];
  const isOld = restores.some(({ size, from }) => index >= size && at <= from);
  return (
    isOld ||
    (office.promotions ?? []).some(
      ({ from, vaults }) => at <= from && vaults.some(({ vault, size }) => vault === id && index >= size),
    )
  );
}

type Steps = { readonly chain?: ChainStep; readonly also?: ChainStep };

/** The places an entry takes in its chains; undefined when it cites another place, or its chain does not exist. */
function chainSteps(engine: JudgeEngine, states: States, entry: Entry): Steps | undefined {
  const { body } = entry;
  if (!('c' in body)) return {};
  const id: ChainId = body.c[0];
  if (!isRightChain(states, body)) return undefined;
  const now = chainHeadOf(states, id);
  if (body.c.length === 3 && (body.c[1] !== now.n || compareBytes(body.c[2], now.head) !== 0))
    return undefined;
  const hash = entryHash(engine, entry.bytes);
  const chain: ChainStep = { id, ...extendChain(engine, now, hash) };
  if (body.k !== 'shared' || body.room === body.from) return { chain };
  return { chain, also: { id: body.room, ...extendChain(engine, chainHeadOf(states, body.room), hash) } };
}

/** Whether the chain is the one the body is about, and exists unless this entry begins it. */
function isRightChain(states: States, body: Extract<Body, { readonly c: unknown }>): boolean {
  const id: ChainId = body.c[0];
  if (id === 'firm') return true;
  if (id.startsWith('per_')) return body.k === 'person.enrolled' || states.office.persons.has(id as PersonId);
  const about = body.k === 'shared' ? body.from : 'room' in body ? body.room : id;
  if (about !== id) return false;
  const rooms = states.vault ?? states.office.own;
  return body.k === 'room.created' || rooms.rooms.has(id as RoomId);
}

function apply(context: Context, verdict: Applied): Verdict {
  const { entry, vault, moment } = context;
  ruleOf(entry.body).apply?.(context, entry.body);
  if (verdict.chain !== undefined) setChain(context, verdict.chain);
  if (verdict.also !== undefined) setChain(context, verdict.also);
  vault.atMs = entry.atMs;
  vault.officeSize = moment.at;
  return verdict;
}

function setChain(context: Context, { id, n, head }: ChainStep): void {
  const { office, vault, index, person } = context;
  if (id === 'firm') {
    office.chain = { n, head };
  } else if (id.startsWith('per_')) {
    office.persons.get(id as PersonId)?.heads.push({ from: index, n, head });
  } else {
    const room = vault.rooms.get(id as RoomId);
    assert(room !== undefined, 'the chain of an applied entry exists');
    room.chain = { n, head };
    if (person !== undefined) room.seen.add(person);
  }
}

/** The index is used up, whatever became of the entry. */
function finish(states: States, place: EntryPlace, verdict: Verdict): Verdict {
  const size = place.index + 1;
  if (place.ledger === officeId) {
    states.office.own.size = size;
    states.office.size = Math.max(states.office.size, size);
  } else if (states.vault !== undefined) {
    states.vault.size = size;
  }
  return verdict;
}
