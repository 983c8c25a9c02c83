/**
 * Serves frames to whoever is let in: on the warden's Unix socket, 0600, or 0660 where a service of its own user shares it with the server's
 * group, and on connections that the port for other machines hands over. Whoever sends bytes that are no frame is told so and cut off; the others go on.
 */
import { chmodSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { StrongroomError } from '@strongroom/core';
import type { CborMap } from '@strongroom/core';
import { wardenLimits } from '../limits.ts';
import { FrameReader, encodeFrame, writeFrame } from './frames.ts';

type Answer = (frame: CborMap) => Promise<CborMap>;

export type SocketServerOptions = {
  /** Absent: none; connections come by `serve` alone. */
  readonly socketPath: string | undefined;
  /** Whether the file's group may connect. */
  readonly isShared?: boolean;
  readonly answer: Answer;
};

export interface SocketServer {
  /** Serves a connection that was let in elsewhere. */
  serve(socket: Socket, answer: Answer): void;
  /** Takes no more frames and resolves when those under way are answered. */
  close(): Promise<void>;
}

/** Listens. A socket file that is there is of an earlier process: the caller holds the home's lock. */
export async function startSocketServer(options: SocketServerOptions): Promise<SocketServer> {
  const sockets = new Set<Socket>();
  const running = new Set<Promise<void>>();
  const serve = (socket: Socket, answer: Answer): void => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    serveSocket(socket, answer, running);
  };
  const server = createServer((socket) => serve(socket, options.answer));
  const { socketPath } = options;
  if (socketPath !== undefined) {
    rmSync(socketPath, { force: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(socketPath, resolve);
    });
    chmodSync(socketPath, options.isShared === true ? 0o660 : 0o600);
  }
  return {
    serve,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.pause();
      await Promise.all(running);
      for (const socket of sockets) socket.destroySoon();
      await closed;
    },
  };
}

function serveSocket(
  socket: Socket,
  answer: (frame: CborMap) => Promise<CborMap>,
  running: Set<Promise<void>>,
): void {
  const reader = new FrameReader();
  let inFlight = 0;
  socket.on('data', (chunk: Buffer) => {
    let frames: CborMap[];
    try {
      frames = reader.read(chunk);
    } catch (error) {
      const code = error instanceof StrongroomError ? error.code : 'INPUT_INVALID';
      socket.end(encodeFrame({ id: 0, ok: false, code, details: {} }));
      return;
    }
    for (const frame of frames) {
      inFlight += 1;
      if (inFlight >= wardenLimits.callsInFlightMax) socket.pause();
      const work = answer(frame).then((reply) => {
        inFlight -= 1;
        if (!socket.destroyed) writeFrame(socket, encodeFrame(reply));
        if (inFlight < wardenLimits.callsInFlightMax) socket.resume();
        running.delete(work);
      });
      running.add(work);
    }
  });
}
