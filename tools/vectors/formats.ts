import { floeFormat } from './floe.ts';
import type { VectorFormat } from './format.ts';
import { merkleProofFormat } from './merkle-proofs.ts';
import { signedNoteFormat } from './signed-notes.ts';
import { tiledLogFormat } from './tiled-logs.ts';
import { wycheproofFormat } from './wycheproof.ts';
import { xwingFormat } from './xwing.ts';

/** Every known format of outside vectors. A file that none of them recognises is an error. */
export const vectorFormats: readonly VectorFormat[] = [
  floeFormat,
  merkleProofFormat,
  // Before notes: a checkpoint with a log beside it is more than a note.
  tiledLogFormat,
  signedNoteFormat,
  wycheproofFormat,
  xwingFormat,
];
