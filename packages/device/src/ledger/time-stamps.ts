/**
 * Time stamps of checkpoints (RFC 3161), as the server keeps them. A device compares each stamped checkpoint with the ledger; whether the
 * stamp is good, `strongroom ledger verify` and stock tools say, by the authorities that their user trusts.
 */
import { compareBytes, encodeUtf8, IntegrityError } from '@strongroom/core';
import type { VaultId } from '@strongroom/core';
import {
  computeRoot,
  formatTilePath,
  parseCheckpoint,
  parseNote,
  TileNodes,
  tileWidthAt,
} from '@strongroom/ledger';
import type { DeviceContext } from '../device/context.ts';

/** How far a ledger is stamped, by the server's word. */
export interface NewestStamp {
  readonly size: number;
  readonly atMs: number;
}

/** The newest; undefined where there is none. */
export async function readNewestStamp(
  { api }: DeviceContext,
  ledger: VaultId,
): Promise<NewestStamp | undefined> {
  const { stamps } = await api.call('getTimeStamps', { params: { ledger } });
  const [newest] = stamps;
  return newest === undefined ? undefined : { size: newest.size, atMs: newest.atMs };
}

/**
 * The stamps up to a size as files of an export: `time-stamps/<size>.checkpoint` and `.tsr`.
 * @param options.files the export's tiles by path, which reach to `size`
 * @throws IntegrityError ANSWER_INVALID for a checkpoint that the ledger never had
 */
export async function readStampFiles(
  { api, env }: DeviceContext,
  options: {
    readonly ledger: VaultId;
    readonly size: number;
    readonly files: ReadonlyMap<string, Uint8Array>;
  },
): Promise<ReadonlyMap<string, Uint8Array>> {
  const { ledger, size, files } = options;
  const refuse = (): never => {
    throw new IntegrityError('ANSWER_INVALID', { endpoint: 'getTimeStamps' });
  };
  const tiles = new TileNodes(env.engine, {
    readTile: (level, index) =>
      files.get(formatTilePath({ level, index, width: tileWidthAt(size, level, index) })) ?? refuse(),
  });
  const stamps = new Map<string, Uint8Array>();
  let from: number | undefined = 1;
  while (from !== undefined && from <= size) {
    const answer: Awaited<ReturnType<typeof api.call<'getTimeStamps'>>> = await api.call('getTimeStamps', {
      params: { ledger },
      query: { from },
    });
    for (const stamp of answer.stamps) {
      // Larger than what is exported: written meanwhile.
      if (stamp.size > size) return stamps;
      if (stamp.size < from) refuse();
      from = stamp.size + 1;
      const { size: claimed, root } = parseCheckpoint(parseNote(stamp.note).text);
      const isOurs = claimed === stamp.size && compareBytes(root, await computeRoot(tiles, claimed)) === 0;
      if (!isOurs) refuse();
      stamps.set(`time-stamps/${String(claimed)}.checkpoint`, encodeUtf8(stamp.note));
      stamps.set(`time-stamps/${String(claimed)}.tsr`, stamp.answer);
    }
    if (answer.next !== undefined && answer.next < from) refuse();
    from = answer.next;
  }
  return stamps;
}
