/** The rule of statements about who witnesses the firm's ledgers (docs/spec/statements.md section 4.2). */
import { encodeHex, StrongroomError } from '@strongroom/core';
import { noteSignatureTypes, parseNoteKey } from '@strongroom/ledger';
import type { NoteKey } from '@strongroom/ledger';
import type { WitnessesNamed } from '../bodies/index.ts';
import { getSigner, signerHas } from './context.ts';
import type { Context, JudgeEngine, Rules } from './context.ts';
import { checkKeys } from './keys.ts';
import type { VoidCode } from './verdict.ts';

/** Names that a policy gives another meaning. */
const reservedNames: ReadonlySet<string> = new Set(['none', 'any', 'all']);

/** Rules about witnesses. */
export const witnessRules: Rules<'witnesses.named'> = {
  'witnesses.named': {
    check: checkWitnesses,
    apply: applyWitnesses,
  },
};

/** Makes these the firm's witnesses, all of them. */
export function applyWitnesses(
  context: Context,
  { vkeys, quorum, waitHours }: Pick<WitnessesNamed, 'vkeys' | 'quorum' | 'waitHours'>,
): void {
  const { office, index, entry } = context;
  const here = { from: index, fromMs: entry.atMs };
  const before = office.witnessing?.witnesses ?? [];
  const witnesses = vkeys.map((vkey) => before.find((witness) => witness.vkey === vkey) ?? { vkey, ...here });
  office.witnessing = { witnesses, quorum, waitHours, ...here, person: getSigner(context) };
}

/** Whether these may be the firm's witnesses from now on. */
export function checkWitnesses(
  context: Context,
  body: Pick<WitnessesNamed, 'vkeys' | 'quorum' | 'waitHours'>,
): VoidCode | undefined {
  if (!signerHas(context, 'administrator', 'owner')) return 'VOID_RIGHT';
  const { engine, office } = context;
  const { vkeys, quorum, waitHours } = body;
  const isQuorum = vkeys.length === 0 ? quorum === 0 : quorum >= 1 && quorum <= vkeys.length;
  const keys = vkeys.map((vkey) => readWitnessKey(engine, vkey));
  if (!isQuorum || !keys.every((key) => key !== undefined)) return 'VOID_FORM';
  if (new Set(keys.map(({ name }) => name)).size !== keys.length) return 'VOID_FORM';
  if (new Set(keys.map(({ publicKey }) => encodeHex(publicKey))).size !== keys.length) return 'VOID_FORM';
  // A key that signs for a person or the warden of this firm is in no other hands.
  const used = checkKeys(engine, office, { sign: keys.map(({ publicKey }) => publicKey), kem: [] });
  if (used !== undefined) return used;
  const before = office.witnessing;
  const isSame =
    (before?.quorum ?? 0) === quorum &&
    (before?.waitHours ?? waitHours) === waitHours &&
    (before?.witnesses ?? []).map(({ vkey }) => vkey).join(' ') === vkeys.join(' ');
  return isSame ? 'VOID_STATE' : undefined;
}

function readWitnessKey(engine: JudgeEngine, vkey: string): NoteKey | undefined {
  try {
    const key = parseNoteKey(engine, vkey);
    return key.type === noteSignatureTypes.cosignatureV1 && !reservedNames.has(key.name) ? key : undefined;
  } catch (error) {
    if (error instanceof StrongroomError) return undefined;
    throw error;
  }
}
