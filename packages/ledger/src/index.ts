/** A tile-based transparency log in the C2SP formats over RFC 6962 hashing. Pure: storage, keys and time are handed in. */
export * from './limits.ts';
export { emptyRoot, leafHash, nodeHash } from './hashing.ts';
export type { HashEngine } from './hashing.ts';
export { RightEdge } from './right-edge.ts';
export { countTiles, formatTilePath, listTiles, parseTilePath, tileWidthAt } from './tile-path.ts';
export type { TileCoordinates } from './tile-path.ts';
export { appendLeaves } from './tile-store.ts';
export type { TileStore } from './tile-store.ts';
export { readTilesFrom, TileNodes } from './tile-nodes.ts';
export type { TileReader, TreeNode } from './tile-nodes.ts';
export { computeRoot, makeConsistencyProof, makeInclusionProof } from './make-proof.ts';
export { computeRootFromInclusion, verifyConsistency, verifyInclusion } from './verify-proof.ts';
export type { ConsistencyClaim, InclusionClaim } from './verify-proof.ts';
export { decodeEntryBundle, encodeEntryBundle } from './entry-bundle.ts';
export { createNoteKey, formatNoteKey, isKeyName, noteSignatureTypes, parseNoteKey } from './note-key.ts';
export type { NoteKey, NoteKeyEngine, NoteSignatureType } from './note-key.ts';
export {
  createNoteSigner,
  formatNote,
  formatNoteSignature,
  parseNote,
  parseNoteSignatures,
  signNote,
  verifyNote,
} from './note.ts';
export type {
  Note,
  NoteSignature,
  NoteSigner,
  VerifiedNote,
  VerifiedNoteSignature,
  VerifyEngine,
  VerifyOptions,
} from './note.ts';
export {
  cosignCheckpoint,
  formatCheckpoint,
  parseCheckpoint,
  signCheckpoint,
  verifyCheckpoint,
} from './checkpoint.ts';
export type { Checkpoint, VerifiedCheckpoint } from './checkpoint.ts';
export { formatPolicy, isQuorumMet, parsePolicy } from './tlog-policy.ts';
export type { PolicyGroup, PolicyLog, PolicyWitness, TlogPolicy } from './tlog-policy.ts';
export { formatTlogProof, parseTlogProof, verifyCheckpointByPolicy, verifyTlogProof } from './tlog-proof.ts';
export type { TlogProof, VerifiedTlogProof } from './tlog-proof.ts';
export {
  addNoteSignatures,
  formatAddCheckpoint,
  judgeAddCheckpoint,
  parseAddCheckpoint,
  verifyCosignatures,
} from './tlog-witness.ts';
export type {
  AddCheckpointRequest,
  VerifiedCosignatures,
  WitnessedHead,
  WitnessedLog,
  WitnessJudgement,
} from './tlog-witness.ts';
export { parseEntriesRequest, signEntriesRequest, verifyEntriesRequest } from './entries-request.ts';
export type { EntriesRequest, VerifiedEntriesRequest } from './entries-request.ts';
export { parseIntroduction, signIntroduction, verifyIntroduction } from './introduction.ts';
export type { Introduction } from './introduction.ts';
export { verifyExportedLog } from './exported-log.ts';
export type { ExportedEntry, ExportedLog, ReadExportFile, VerifiedExport } from './exported-log.ts';
// What whoever uses this package alone needs besides.
export { createSignatureEngine, StrongroomError } from '@strongroom/core';
export type { SignatureEngine } from '@strongroom/core';
