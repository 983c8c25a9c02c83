/**
 * C2SP signed notes and checkpoints. A note is checked with the vkeys that lie in the same folder set, one a file (any name, the
 * vkey as the only line); a note without a known key fails, and so does one with a bad signature of a known key.
 */
import { createNodeEngine } from '@strongroom/core/node';
import { noteSignatureTypes, parseCheckpoint, parseNote, parseNoteKey, verifyNote } from '@strongroom/ledger';
import type { NoteKey } from '@strongroom/ledger';
import type { VectorFile, VectorFormat } from './format.ts';
import { readText } from './read-vectors.ts';

const engine = createNodeEngine();

export const signedNoteFormat: VectorFormat = {
  name: 'signed notes',
  recognise: (file) => findNoteKey(file) !== undefined || isNote(file),
  async run(file, all) {
    if (!isNote(file)) return undefined;
    const keys = [...all.values()].map(findNoteKey).filter((key) => key !== undefined);
    const failure = await findFailure(file, keys);
    return { passed: failure === undefined ? 1 : 0, skipped: 0, failures: failure === undefined ? [] : [failure] };
  },
};

/** The vkey that a file is, if it is one. */
export function findNoteKey(file: VectorFile): NoteKey | undefined {
  if (file.bytes.length > 300) return undefined;
  try {
    return parseNoteKey(engine, readText(file).trimEnd());
  } catch {
    // Not a vkey: some other format may own the file.
    return undefined;
  }
}

function isNote(file: VectorFile): boolean {
  try {
    return parseNote(file.bytes).signatures.length > 0;
  } catch {
    // Not a note: some other format may own the file.
    return false;
  }
}

async function findFailure(file: VectorFile, keys: readonly NoteKey[]): Promise<string | undefined> {
  try {
    const { text, signatures } = await verifyNote(engine, file.bytes, keys, { isEvidence: true });
    // A cosignature can only stand under a checkpoint; other notes may hold any text.
    const isCosigned = signatures.some(({ key }) => key.type === noteSignatureTypes.cosignatureV1);
    if (isCosigned) parseCheckpoint(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'refused';
  }
}
