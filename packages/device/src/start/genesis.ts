/** The firm as its server presents it, believed only so far as it hashes to the pinned root (attacks A13, J3). */
import { compareBytes, IntegrityError, StrongroomError } from '@strongroom/core';
import type { Engine, FirmId } from '@strongroom/core';
import { decodeEntry, editionOfOrigin, entryHash, vkeyOfEdition } from '@strongroom/authority';
import type { FirmCreated } from '@strongroom/authority';
import { parseNoteKey, verifyCheckpoint, verifyInclusion } from '@strongroom/ledger';
import type { Api } from '../api/index.ts';

/** A genesis that was checked against the root, and the head that contains it. */
export interface VerifiedGenesis {
  readonly entry: Uint8Array;
  readonly body: FirmCreated;
  readonly firm: FirmId;
  readonly head: { readonly edition: number; readonly size: number; readonly root: Uint8Array };
}

/**
 * Fetches the genesis; undefined where there is no firm yet.
 * @throws IntegrityError GENESIS_MISMATCH
 */
export async function fetchGenesis(
  engine: Engine,
  api: Api,
  expected: { readonly root: Uint8Array } | { readonly bodyBytes: Uint8Array },
): Promise<VerifiedGenesis | undefined> {
  const answer = await api.call('getFirm');
  if (answer.state === 'new') return undefined;
  try {
    const entry = decodeEntry(answer.genesis);
    const { body } = entry;
    const isExpected =
      'root' in expected
        ? compareBytes(entryHash(engine, answer.genesis), expected.root) === 0
        : compareBytes(entry.bodyBytes, expected.bodyBytes) === 0;
    if (!isExpected || body.k !== 'firm.created') throw new IntegrityError('GENESIS_MISMATCH');
    // Which edition is the server's word here; the statement that began it is looked for in the firm's chain.
    const edition = editionOfOrigin(answer.origin);
    const key = parseNoteKey(engine, vkeyOfEdition(engine, body.warden.ledger, edition));
    const checkpoint = await verifyCheckpoint(engine, answer.checkpoint, { logs: [key] });
    verifyInclusion(engine, {
      index: 0,
      size: checkpoint.size,
      leafHash: entryHash(engine, answer.genesis),
      root: checkpoint.root,
      proof: answer.inclusion,
    });
    return {
      entry: answer.genesis,
      body,
      firm: body.firm,
      head: { edition, size: checkpoint.size, root: checkpoint.root },
    };
  } catch (cause) {
    if (cause instanceof StrongroomError) throw new IntegrityError('GENESIS_MISMATCH', {}, { cause });
    throw cause;
  }
}
