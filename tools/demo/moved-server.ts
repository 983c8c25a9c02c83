/**
 * The worker in which the demo's server runs while its past is made: the real server and, as its child, the real warden, both with
 * a clock that is moved over their test control sockets. Only this worker's environment says STRONGROOM_UNSAFE_TEST=1, so nothing
 * of it is left when the demo goes on in real time. It is told what is due after the clock was moved, and `close`.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { startServer } from '@strongroom/server';
import { settle } from './settle.ts';
import type { Due } from './settle.ts';

/** What the worker is told at its start. */
export interface MovedServerOptions {
  readonly home: string;
  readonly control: string;
}

/** What it answers once. */
export interface MovedServerStarted {
  readonly url: string;
  readonly firstRunCode: string;
}

if (parentPort !== null) {
  const port = parentPort;
  const { home, control } = workerData as MovedServerOptions;
  const server = await startServer({ home, port: 0, testControl: control });
  let isClosing = false;
  port.on('message', (command: Due | 'close') => {
    isClosing ||= command === 'close';
    void (async () => {
      try {
        await (command === 'close' ? server.close() : settle(server, command));
      } catch (cause) {
        // A warden that was told to end while it was asked to settle fails, and must not keep the rest from ending in order.
        if (command === 'close' || !isClosing) throw cause;
      }
      port.postMessage(command);
      if (command === 'close') port.close();
    })();
  });
  const started: MovedServerStarted = { url: server.url, firstRunCode: server.firstRunCode ?? '' };
  port.postMessage(started);
}
