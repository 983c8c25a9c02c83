/** The firm as its server presents it, believed only so far as it hashes to the pinned root (attacks A13, J3). */
import { compareBytes, IntegrityError, StrongroomError } from '@strongroom/core';
import type { Engine, FirmId } from '@strongroom/core';
import { decodeEntry, editionOfOrigin, entryHash, vkeyOfEdition, vkeyUnder } from '@strongroom/authority';
import type { FirmCreated } from '@strongroom/authority';
import { parseNoteKey, verifyCheckpoint, verifyInclusion } from '@strongroom/ledger';
import type { Api } from '../api/index.ts';

/** A genesis that was checked against the root, and the head that contains it. */
export interface VerifiedGenesis {
  readonly entry: Uint8Array;
  readonly body: FirmCreated;
  readonly firm: FirmId;
  readonly head: { readonly edition: number; readonly size: number; readonly root: Uint8Array };
  /** The keys of the warden in force. After a promotion they are the server's word here; its statement is judged in the firm's chain. */
  readonly warden: { readonly sign: Uint8Array; readonly vkey: string };
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
    const { sign, ledger } = keysInForce(body, answer.promotion);
    const first = vkeyOfEdition(engine, body.warden.ledger, edition);
    const vkey = ledger === undefined ? first : vkeyUnder(engine, first, ledger);
    const key = parseNoteKey(engine, vkey);
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
      warden: { sign, vkey },
    };
  } catch (cause) {
    if (cause instanceof StrongroomError) throw new IntegrityError('GENESIS_MISMATCH', {}, { cause });
    throw cause;
  }
}

function keysInForce(
  genesis: FirmCreated,
  promotion: Uint8Array | undefined,
): { readonly sign: Uint8Array; readonly ledger?: Uint8Array } {
  if (promotion === undefined) return { sign: genesis.warden.sign };
  const { body } = decodeEntry(promotion);
  if (body.k !== 'warden.promoted') throw new IntegrityError('GENESIS_MISMATCH');
  return { sign: body.sign, ledger: body.ledger };
}
