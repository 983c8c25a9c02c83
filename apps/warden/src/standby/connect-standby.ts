/** Calls of a standby, over the same stream and frames as a server's. */
import type { CborMap } from '@strongroom/core';
import { connectCalls } from '../client/connect-calls.ts';
import type { ConnectOptions } from '../client/connect-calls.ts';
import type { WardenAddress } from '../link/connect-link.ts';
import type {
  JoinAnswer,
  LedgerRequest,
  PunctureAnswer,
  PunctureRequest,
  RecordsRequest,
  StandbyOp,
} from './messages.ts';

const pieceBytesMax = 16_777_216;

/** A standby as its warden calls it. */
export interface StandbyClient {
  join(): Promise<JoinAnswer>;
  sendTables(session: Uint8Array, payload: Uint8Array): Promise<void>;
  /** Sends a tree in pieces and overwrites its bytes. */
  sendLedger(session: Uint8Array, request: Pick<LedgerRequest, 'ledger' | 'firm' | 'pages'>): Promise<void>;
  sendRecords(request: RecordsRequest): Promise<{ readonly count: number }>;
  puncture(request: PunctureRequest): Promise<PunctureAnswer>;
  close(): Promise<void>;
}

/** Nothing is connected before the first call. */
export function connectStandby(address: WardenAddress, options: ConnectOptions): StandbyClient {
  const calls = connectCalls(address, options);
  const call = async (op: StandbyOp, request: object): Promise<unknown> =>
    await calls.call(op, request as CborMap);
  return {
    join: async () => (await call('standby-join', {})) as JoinAnswer,
    async sendTables(session, payload) {
      for (let offset = 0; offset < payload.length; offset += pieceBytesMax) {
        const bytes = payload.subarray(offset, offset + pieceBytesMax);
        const isLast = offset + pieceBytesMax >= payload.length;
        await call('standby-tables', { session, offset, bytes, isLast });
      }
    },
    async sendLedger(session, { ledger, firm, pages }) {
      try {
        for (const [place, piece] of cutPages(pages).entries()) {
          const isLast = place === cutPages(pages).length - 1;
          await call('standby-ledger', { session, ledger, firm, pages: piece, isLast });
        }
      } finally {
        for (const [, bytes] of pages) bytes.fill(0);
      }
    },
    sendRecords: async (request) => (await call('standby-records', request)) as { readonly count: number },
    puncture: async (request) => (await call('standby-puncture', request)) as PunctureAnswer,
    close: () => calls.close(),
  };
}

type Pages = LedgerRequest['pages'];

/** At least one piece: a tree of which nothing lives has no pages. */
function cutPages(pages: Pages): Pages[] {
  const pieces: (readonly [number, Uint8Array])[][] = [[]];
  let size = 0;
  for (const page of pages) {
    size += page[1].length;
    if (size > pieceBytesMax) {
      pieces.push([]);
      size = page[1].length;
    }
    pieces.at(-1)?.push(page);
  }
  return pieces;
}
