/** Reading ledgers: lines, receipts, verification, export. */
import { AccessError, decodeUtf8, encodeHex, encodeUtf8, IntegrityError } from '@strongroom/core';
import { decodeEntry } from '@strongroom/authority';
import { limits } from '@strongroom/protocol';
import { listTiles, formatTilePath, verifyExportedLog } from '@strongroom/ledger';
import type { DeviceContext } from '../device/context.ts';
import type { DisposalsModule, LedgerModule, LineRow } from '../device/device.ts';
import { readPage, readStatus } from './ledger-pages.ts';
import type { LineBook } from './line-book.ts';
import { makeReport } from './line-report.ts';
import { recordsOf, requestOfLine, roomOf, roomsOf, toLineRow } from './line-rows.ts';
import { policyOf, trustOf } from './policy.ts';
import { createReasonReader } from './reason-reader.ts';
import { proposeErasing, readRetention, setRetention, withoutErased } from './retention.ts';
import { readStampFiles } from './time-stamps.ts';
import { verifyLedger } from './verify-ledger.ts';
import { readWitnessing } from './witnessing.ts';

const countDefault = 100;

export function createLedger(
  context: DeviceContext,
  lines: LineBook,
  disposals: Pick<DisposalsModule, 'propose'>,
): LedgerModule {
  const { api, book, env } = context;

  return {
    async lines(options) {
      const { ledger, room, record } = options;
      await book.syncLedger(ledger);
      const readReason = createReasonReader(context, ledger);
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
          if (room !== undefined && !roomsOf(entry.body).includes(room))
            throw new IntegrityError('ANSWER_INVALID', { endpoint: 'getLines' });
          if (record !== undefined && !recordsOf(entry.body).includes(record)) continue;
          const request = requestOfLine(context, entry, line.salt, line.payload);
          const row = withoutErased(
            context,
            ledger,
            toLineRow(context, {
              ledger,
              index: line.index,
              entry,
              ...(request === undefined ? {} : { request }),
            }),
          );
          const canAsk =
            options.withReasons === true && request?.reason !== undefined && row.erasedAtMs === undefined;
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
    page: async (options) => await readPage(context, lines, options),
    status: async () => await readStatus(context, lines),
    witnessing: async ({ ledger }) => await readWitnessing(context, ledger),
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
      const stamps = await readStampFiles(context, { ledger, size, files });
      const policy = encodeUtf8(policyOf(context, ledger));
      const written = [...files, ...stamps, ['policy', policy] as const];
      for (const [path, bytes] of written) await options.write(path, bytes);
      return { files: written.length, size };
    },
    async alarms() {
      return await book.alarms.list();
    },
    async alarmFile(id) {
      const file = await book.alarms.file(id);
      if (file === undefined) throw new AccessError('NOT_FOUND');
      return file;
    },
    async policy(ledger) {
      await book.syncLedger(ledger);
      return policyOf(context, ledger);
    },
    report: async (options) => await makeReport(context, lines, options),
    retention: async () => await readRetention(context),
    setRetention: async (years) => await setRetention(context, years),
    proposeErasing: async (options) => await proposeErasing(context, disposals, options),
  };
}
