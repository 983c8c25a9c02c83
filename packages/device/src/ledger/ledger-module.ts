/** Reading ledgers: lines, receipts, verification, export. */
import {
  compareBytes,
  decodeUtf8,
  encodeHex,
  encodeUtf8,
  IntegrityError,
  StrongroomError,
} from '@strongroom/core';
import type { RoomId, VaultId } from '@strongroom/core';
import { decodeEntry, payloadCommitment } from '@strongroom/authority';
import { limits } from '@strongroom/protocol';
import type { Entry, Request } from '@strongroom/authority';
import { listTiles, formatTilePath, verifyExportedLog } from '@strongroom/ledger';
import type { DeviceContext } from '../device/context.ts';
import type { LedgerModule, LineRow } from '../device/device.ts';
import { recordsOf, requestOfPayload, roomOf, toLineRow } from './line-rows.ts';
import { policyOf, trustOf } from './policy.ts';
import { fetchPayloadSeed, openReason } from './reasons.ts';
import { verifyLedger } from './verify-ledger.ts';

const countDefault = 100;

export function createLedger(context: DeviceContext): LedgerModule {
  const { api, book, env } = context;

  /** Reads reasons, asking for each month's key once: a key that cannot be read costs one line, not one for each reason. */
  function createReader(ledger: VaultId): (room: RoomId, request: Request) => Promise<string | undefined> {
    const seeds = new Map<string, Promise<Uint8Array | undefined>>();
    return async (room, { reason, nonce }) => {
      if (reason === undefined) return undefined;
      return await openReason(context, {
        reason,
        nonce,
        seedOf: async (month) => {
          const name = `${room}/${month}`;
          const seed = seeds.get(name) ?? fetchPayloadSeed(context, { vault: ledger, room, month });
          seeds.set(name, seed);
          return await seed;
        },
      });
    };
  }

  return {
    async lines(options) {
      const { ledger, room, record } = options;
      await book.syncLedger(ledger);
      const readReason = createReader(ledger);
      const count = options.count ?? countDefault;
      const rows: LineRow[] = [];
      let from: number | undefined = options.from ?? 0;
      while (from !== undefined && rows.length < count) {
        const answer: Awaited<ReturnType<typeof api.call<'getLines'>>> = await api.call('getLines', {
          params: { ledger },
          query: { from, count: Math.min(limits.linesPerCallMax, count - rows.length), room, record },
        });
        for (const line of answer.lines) {
          const entry = decodeEntry(line.entry);
          if (room !== undefined && roomOf(entry.body) !== room)
            throw new IntegrityError('ANSWER_INVALID', { endpoint: 'getLines' });
          if (record !== undefined && !recordsOf(entry.body).includes(record)) continue;
          const request = requestOf(context, entry, line.salt, line.payload);
          const row = toLineRow(context, {
            ledger,
            index: line.index,
            entry,
            ...(request === undefined ? {} : { request }),
          });
          const canAsk = options.withReasons === true && request?.reason !== undefined;
          const reasonRoom = roomOf(entry.body);
          if (!canAsk || reasonRoom === undefined) {
            rows.push(row);
            continue;
          }
          const reason = await readReason(reasonRoom, request);
          rows.push({ ...row, ...(reason === undefined ? { isReasonUnreadable: true } : { reason }) });
        }
        from = answer.next;
      }
      return rows;
    },
    async verify(options) {
      return await verifyLedger(context, options);
    },
    async receipt({ ledger, index }) {
      await book.syncLedger(ledger);
      const anchor = book.anchor(ledger);
      const receipt = await api.call('getInclusion', {
        params: { ledger, index },
        query: { from: anchor.head.size },
      });
      const verified = await anchor.verifyReceipt(receipt);
      if (verified.index !== index) throw new IntegrityError('RECEIPT_INVALID', { reason: 'index' });
      const { atMs } = decodeEntry(verified.entry);
      return {
        proof: verified.proof,
        entry: verified.entry,
        line: { ledger, index, hash: encodeHex(verified.leafHash), atMs },
      };
    },
    async exportTo(options) {
      const { ledger } = options;
      await book.syncLedger(ledger);
      const anchor = book.anchor(ledger);
      const checkpoint = await api.call('exportLedger', { params: { ledger, path: 'checkpoint' } });
      const { size } = await anchor.accept(decodeUtf8(checkpoint));
      const files = new Map<string, Uint8Array>([['checkpoint', checkpoint]]);
      for (const tile of listTiles(size)) {
        const path = formatTilePath(tile);
        files.set(path, await api.call('exportLedger', { params: { ledger, path } }));
      }
      // The export is verified as a stranger would before any of it is written.
      await verifyExportedLog(env.engine, {
        policy: trustOf(context, ledger),
        readFile: async (path) => files.get(path),
      });
      const policy = encodeUtf8(policyOf(context, ledger));
      for (const [path, bytes] of [...files, ['policy', policy] as const]) await options.write(path, bytes);
      return { files: files.size + 1, size };
    },
    async policy(ledger) {
      await book.syncLedger(ledger);
      return policyOf(context, ledger);
    },
  };
}

/** The request beside a line, if it is kept and is the one that the entry commits to. */
function requestOf(
  context: DeviceContext,
  entry: Entry,
  salt: Uint8Array | undefined,
  payload: Uint8Array | undefined,
): Request | undefined {
  if (salt === undefined || payload === undefined || entry.payload === null) return undefined;
  if (compareBytes(payloadCommitment(context.env.engine, salt, payload), entry.payload) !== 0) {
    throw new IntegrityError('ANSWER_INVALID', { endpoint: 'getLines' });
  }
  try {
    return requestOfPayload(payload);
  } catch (cause) {
    if (cause instanceof StrongroomError) return undefined;
    throw cause;
  }
}
