/** A line between browser and server whose speed towards the server a test sets, so that what happens in the middle of a transfer can be looked at. */
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

export class SlowLine {
  /** Bytes a second towards the server. */
  bytesPerSecond: number = Number.POSITIVE_INFINITY;
  /** Pages come, calls do not: the server as it is for a page that the browser kept. */
  isCutForCalls = false;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(portOf: () => number): Promise<SlowLine> {
    const server = createServer();
    const line = new SlowLine(server);
    server.on('connection', (near) => line.#join(near, connect(portOf(), '127.0.0.1')));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return line;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #join(near: Socket, far: Socket): void {
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
    far.pipe(near);
    near.on('data', (bytes) => {
      if (this.isCutForCalls && / \/v1\//u.test(bytes.toString('latin1'))) {
        near.destroy();
        return;
      }
      far.write(bytes);
      const waitMs = (bytes.length / this.bytesPerSecond) * 1_000;
      if (waitMs < 1) return;
      near.pause();
      setTimeout(() => near.resume(), waitMs);
    });
  }
}
