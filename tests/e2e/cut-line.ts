/**
 * A line between browsers and a server that a spec slows down and cuts. The browser's own switch for being offline does not reach the
 * worker that all tabs share, and that worker is what speaks to the server.
 */
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** Goes to one port of this machine. */
export class CutLine {
  /** Bytes a second towards the server. */
  bytesPerSecond: number = Number.POSITIVE_INFINITY;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isCut = false;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(port: number): Promise<CutLine> {
    const server = createServer();
    const line = new CutLine(server);
    server.on('connection', (near) => line.#join(near, port));
    await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle));
    return line;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  /** Pages come, calls do not: as for a tab that the browser brings back by itself. */
  areCallsCut = false;

  /** Everything under way ends, and nothing new comes through. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#isCut = false;
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #join(near: Socket, port: number): void {
    if (this.#isCut) {
      near.on('error', () => undefined);
      near.destroy();
      return;
    }
    const far = connect(port, '127.0.0.1');
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
      if (this.areCallsCut && / \/v1\//u.test(bytes.toString('latin1'))) {
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
