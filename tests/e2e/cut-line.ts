/**
 * A line between browsers and a server that a spec slows down and cuts. The browser's own switch for being offline does not reach the
 * worker that all tabs share, and that worker is what speaks to the server.
 */
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A call that something happens to. */
interface Trap {
  readonly call: RegExp;
  /** `call`: it does not reach the server. `answer`: the server does its work, and nobody hears of it. */
  readonly lost: 'call' | 'answer';
  readonly spring: () => void;
}

/** Goes to one port of this machine. */
export class CutLine {
  /** Bytes a second towards the server. */
  bytesPerSecond: number = Number.POSITIVE_INFINITY;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #traps = new Set<Trap>();
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

  /** Cuts the line at the next call that fits, which does not reach the server. */
  async cutAt(call: RegExp): Promise<void> {
    await this.#wait(call, 'call');
  }

  /** Loses the answer to the next call that fits, and nothing else. */
  async loseAnswerTo(call: RegExp): Promise<void> {
    await this.#wait(call, 'answer');
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  async #wait(call: RegExp, lost: Trap['lost']): Promise<void> {
    await new Promise<void>((spring) => this.#traps.add({ call, lost, spring }));
  }

  /** The trap that a call steps into, which is gone then. Each call begins a piece of what comes: browsers ask one thing at a time. */
  #findTrap(bytes: Buffer): Trap | undefined {
    if (this.#traps.size === 0) return undefined;
    const head = bytes.toString('latin1').split('\r\n', 1)[0] ?? '';
    const trap = [...this.#traps].find(({ call }) => call.test(head));
    if (trap !== undefined) this.#traps.delete(trap);
    return trap;
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
    near.on('data', (bytes: Buffer) => {
      if (this.areCallsCut && / \/v1\//u.test(bytes.toString('latin1'))) {
        near.destroy();
        return;
      }
      const trap = this.#findTrap(bytes);
      if (trap?.lost === 'call') {
        this.cut();
        trap.spring();
        return;
      }
      if (trap?.lost === 'answer') {
        far.unpipe(near);
        far.once('data', () => {
          near.destroy();
          trap.spring();
        });
        far.resume();
      }
      far.write(bytes);
      const waitMs = (bytes.length / this.bytesPerSecond) * 1_000;
      if (waitMs < 1) return;
      near.pause();
      setTimeout(() => near.resume(), waitMs);
    });
  }
}
