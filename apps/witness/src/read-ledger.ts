/**
 * Reading what a log says, where its server lets this witness (docs/spec/witness.md, section 6): the entries under a head that was cosigned
 * here, as the folder of an export. Invariant: nothing is handed out before all of it is found under that head.
 */
import { encodeUtf8 } from '@strongroom/core';
import type { NodeEngine } from '@strongroom/core/node';
import {
  appendLeaves,
  decodeEntryBundle,
  formatNoteKey,
  formatTilePath,
  leafHash,
  listTiles,
  parsePolicy,
  RightEdge,
  signEntriesRequest,
  verifyExportedLog,
} from '@strongroom/ledger';
import type { NoteSigner, TileStore } from '@strongroom/ledger';
import type { TrustedLog } from './head-store.ts';

/** A ledger whole, by the paths of an export. */
export interface ReadLedger {
  readonly size: number;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * Asks for every bundle of a log up to the head that was cosigned last; undefined before the first.
 * @throws IntegrityError PROOF_INVALID, SIGNATURE_INVALID where what came is not what was cosigned; InputError FORMAT_INVALID; what `ask` throws
 */
export async function readLedger(parts: {
  readonly engine: NodeEngine;
  readonly signer: NoteSigner;
  readonly log: TrustedLog;
  /** Unix milliseconds. */
  readonly nowMs: () => number;
  /** Sends a signed request to the log's server; gives back the bundle. */
  readonly ask: (request: string) => Promise<Uint8Array>;
}): Promise<ReadLedger | undefined> {
  const { engine, signer, log, nowMs, ask } = parts;
  if (log.cosigned === undefined) return undefined;
  const { origin, vkey, head } = log;
  const files = new Map<string, Uint8Array>([['checkpoint', encodeUtf8(log.cosigned.note)]]);
  const tiles = new TilesInMemory();
  const edge = RightEdge.create(engine);
  for (const tile of listTiles(head.size)) {
    if (tile.level !== 'entries') continue;
    const { index, width } = tile;
    const bundle = await ask(
      await signEntriesRequest(signer, { origin, index, width }, Math.floor(nowMs() / 1000)),
    );
    files.set(formatTilePath(tile), bundle);
    appendLeaves(
      tiles,
      edge,
      decodeEntryBundle(bundle).map((entry) => leafHash(engine, entry)),
    );
  }
  for (const tile of listTiles(head.size)) {
    if (tile.level === 'entries') continue;
    const bytes = tiles.readTile(tile.level, tile.index);
    if (bytes !== undefined) files.set(formatTilePath(tile), bytes);
  }
  const policy = `log ${vkey}\nwitness own ${formatNoteKey(signer.key)}\nquorum own\n`;
  files.set('policy', encodeUtf8(policy));
  await verifyExportedLog(engine, {
    policy: parsePolicy(engine, policy),
    readFile: async (path) => files.get(path),
  });
  return { size: head.size, files };
}

/** Hash tiles, which a witness makes from the entries itself. */
class TilesInMemory implements TileStore {
  readonly #tiles: Map<string, Uint8Array> = new Map();

  readTile(level: number, index: number): Uint8Array | undefined {
    return this.#tiles.get(`${level}/${index}`);
  }

  writeTile(level: number, index: number, bytes: Uint8Array): void {
    this.#tiles.set(`${level}/${index}`, bytes);
  }
}
