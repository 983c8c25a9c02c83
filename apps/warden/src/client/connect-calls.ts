/**
 * Calls over a link to a warden: any number of calls in flight over one connection, made again at the next call after it broke. A call that was
 * in flight when the connection broke is refused, never repeated here: every operation may be sent again by the caller.
 */
import type { Socket } from 'node:net';
import { DependencyError, createError, isErrorCode } from '@strongroom/core';
import type { CborMap } from '@strongroom/core';
import { connectLink, describeLinkFailure } from '../link/connect-link.ts';
import type { WardenAddress } from '../link/connect-link.ts';
import { FrameReader, encodeFrame, isCborMap, writeFrame } from '../protocol/frames.ts';

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

/** Calls by name. */
export interface LinkCalls {
  /** @throws the StrongroomError the other side answered, or DependencyError WARDEN_UNREACHABLE, WARDEN_OTHER, WARDEN_REFUSES_PEER */
  call(op: string, request: CborMap): Promise<CborMap>;
  close(): Promise<void>;
}

/** Nothing is connected before the first call. */
export function connectCalls(address: WardenAddress, options: ConnectOptions = {}): LinkCalls {
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

  async function call(op: string, request: CborMap): Promise<CborMap> {
    if (isClosed) throw describeLinkFailure(undefined);
    current ??= open();
    const connection = await current;
    const id = nextId++;
    const frame = encodeFrame({ ...request, id, op });
    const { deadline } = options;
    const cancel = deadline?.schedule(deadline.ms, () => forget(connection));
    try {
      return await new Promise<CborMap>((resolve, reject) => {
        if (connection.socket.destroyed) return reject(describeLinkFailure(undefined));
        connection.calls.set(id, { resolve, reject });
        writeFrame(connection.socket, frame);
      });
    } finally {
      cancel?.();
    }
  }

  return {
    call,
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
