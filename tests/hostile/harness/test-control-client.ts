import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';

/** Speaks to the test control socket of a server or warden. */
export interface TestControlClient {
  /** Time passes. */
  advance(ms: number): Promise<void>;
  /** Arms a fault. */
  arm(point: string, action: 'kill' | 'fail' | 'delay'): Promise<void>;
  disarm(): Promise<void>;
  close(): void;
}

/** Connects to the socket at this path. */
export async function connectTestControl(socketPath: string): Promise<TestControlClient> {
  const socket = createConnection(socketPath);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve).once('error', reject);
  });
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();

  async function ask(command: Readonly<Record<string, unknown>>): Promise<void> {
    socket.write(`${JSON.stringify(command)}\n`);
    const line = await lines.next();
    const answer = JSON.parse(line.value as string) as { readonly ok: boolean; readonly code?: string };
    if (!answer.ok) throw new Error(`test control refuses ${JSON.stringify(command)}: ${answer.code}`);
  }

  return {
    advance: (ms) => ask({ op: 'clock.advance', ms }),
    arm: (point, action) => ask({ op: 'fault.arm', point, action }),
    disarm: () => ask({ op: 'fault.disarm' }),
    close: () => socket.destroy(),
  };
}
