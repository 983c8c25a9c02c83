/**
 * The server's side of a link to the warden: any number of calls in flight over one connection, made again at the next call
 * after it broke. A call that was in flight when the connection broke is refused, never repeated here: every operation may
 * be sent again by the caller.
 */
import type { Socket } from 'node:net';
import { DependencyError, createError, isErrorCode } from '@strongroom/core';
import type { CborMap } from '@strongroom/core';
import { connectLink, describeLinkFailure } from '../link/connect-link.ts';
import type { WardenAddress } from '../link/connect-link.ts';
import { FrameReader, encodeFrame, isCborMap, writeFrame } from '../protocol/frames.ts';
import { wardenProtocol } from '../protocol/messages.ts';
import type {
  AnswerOf,
  AppendAnswer,
  AppendRequest,
  HeadsAnswer,
  HeadsRequest,
  HelloAnswer,
  IntakeAnswer,
  PrepareLedgerAnswer,
  PrepareLedgerRequest,
  RequestOf,
  SealAnswer,
  SealRequest,
  SlotsAnswer,
  SlotsRequest,
  StatusAnswer,
  TickAnswer,
  WardenOp,
} from '../protocol/messages.ts';

/** The warden, as the server calls it. Every method throws the StrongroomError the warden answered, or DependencyError WARDEN_UNREACHABLE. */
export interface WardenClient {
  hello(): Promise<HelloAnswer>;
  /** Makes a ledger's key and tree; the same answer for the same id. */
  prepareLedger(request: PrepareLedgerRequest): Promise<PrepareLedgerAnswer>;
  /** @throws ALREADY_APPENDED, LEDGER_FORKED, LEDGER_GAP, LEDGER_UNKNOWN, OFFICE_BEHIND, WARDEN_STORAGE_FAILED */
  append(request: AppendRequest): Promise<AppendAnswer>;
  /** @throws SLOTS_EXHAUSTED */
  takeSlots(request: SlotsRequest): Promise<SlotsAnswer>;
  getIntake(vault: string): Promise<IntakeAnswer>;
  seal(request: SealRequest): Promise<SealAnswer>;
  getHeads(request: HeadsRequest): Promise<HeadsAnswer>;
  tick(): Promise<TickAnswer>;
  getStatus(): Promise<StatusAnswer>;
  /** An operator says that the warden's clock is right; `timeMs` is what he read, within a minute of it. */
  confirmClock(timeMs: number): Promise<void>;
  close(): Promise<void>;
}

type PendingCall = {
  readonly resolve: (answer: CborMap) => void;
  readonly reject: (error: unknown) => void;
};

type Connection = {
  readonly socket: Socket;
  readonly calls: Map<number, PendingCall>;
  isOpen: boolean;
  isForgotten: boolean;
};

export type ConnectOptions = {
  /** How long a call may take, with the clock that tells. A call over its time ends the connection: what became of it is unknown. */
  readonly deadline?: {
    readonly ms: number;
    readonly schedule: (delayMs: number, work: () => void) => () => void;
  };
  /** A connection that stood is gone. */
  readonly onLost?: () => void;
};

/** A client of the warden at this address. Nothing is connected before the first call. */
export function connectWarden(address: WardenAddress, options: ConnectOptions = {}): WardenClient {
  let current: Promise<Connection> | undefined;
  let isClosed = false;
  let nextId = 1;

  function forget(connection: Connection, cause?: unknown): void {
    if (connection.isForgotten) return;
    connection.isForgotten = true;
    current = undefined;
    connection.socket.destroy();
    for (const { reject } of connection.calls.values()) reject(describeLinkFailure(cause));
    connection.calls.clear();
    if (connection.isOpen && !isClosed) options.onLost?.();
  }

  function open(): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const reader = new FrameReader();
      const socket = connectLink(address, () => {
        connection.isOpen = true;
        resolve(connection);
      });
      const connection: Connection = { socket, calls: new Map(), isOpen: false, isForgotten: false };
      const fail = (cause?: unknown): void => {
        forget(connection, cause);
        reject(describeLinkFailure(cause));
      };
      socket.on('error', fail);
      socket.on('close', () => fail());
      socket.on('data', (chunk: Buffer) => {
        try {
          for (const answer of reader.read(chunk)) settle(connection, answer);
        } catch (cause) {
          forget(connection, cause);
        }
      });
    });
  }

  function settle(connection: Connection, answer: CborMap): void {
    // No call has this number: the other side speaks of the connection itself, which it ends.
    if (answer['id'] === 0) return forget(connection, readRefusal(answer));
    const call = typeof answer['id'] === 'number' ? connection.calls.get(answer['id']) : undefined;
    if (call === undefined) return;
    connection.calls.delete(answer['id'] as number);
    if (answer['ok'] === true) call.resolve(answer);
    else call.reject(readRefusal(answer));
  }

  async function call<O extends WardenOp>(op: O, request: RequestOf<O>): Promise<AnswerOf<O>> {
    if (isClosed) throw describeLinkFailure(undefined);
    current ??= open();
    const connection = await current;
    const id = nextId++;
    const frame = encodeFrame({ ...(request as CborMap), id, op });
    const { deadline } = options;
    const cancel = deadline?.schedule(deadline.ms, () => forget(connection));
    try {
      const answer = await new Promise<CborMap>((resolve, reject) => {
        if (connection.socket.destroyed) return reject(describeLinkFailure(undefined));
        connection.calls.set(id, { resolve, reject });
        writeFrame(connection.socket, frame);
      });
      return answer as unknown as AnswerOf<O>;
    } finally {
      cancel?.();
    }
  }

  return {
    hello: () => call('hello', { protocol: wardenProtocol }),
    prepareLedger: (request) => call('prepare-ledger', request),
    append: (request) => call('append', request),
    takeSlots: (request) => call('slots', request),
    getIntake: (vault) => call('intake', { vault }),
    seal: (request) => call('seal', request),
    getHeads: (request) => call('heads', request),
    tick: () => call('tick', {}),
    getStatus: () => call('status', {}),
    async confirmClock(timeMs) {
      await call('confirm-clock', { timeMs });
    },
    async close() {
      isClosed = true;
      const connection = await current?.catch(() => undefined);
      if (connection !== undefined) forget(connection);
    },
  };
}

function readRefusal(answer: CborMap): Error {
  const code = answer['code'];
  if (!isErrorCode(code)) return new DependencyError('WARDEN_FAILED');
  const details: Record<string, string | number> = {};
  if (isCborMap(answer['details'])) {
    for (const [name, value] of Object.entries(answer['details']))
      if (typeof value === 'string' || typeof value === 'number') details[name] = value;
  }
  return createError(code, details);
}
