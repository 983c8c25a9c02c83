/** Stands between a client and the server, and keeps every request and answer as they went by; an answer that goes on without end is passed on as it comes. */
import { createServer, request as send } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One exchange. */
export interface Exchange {
  readonly line: string;
  readonly requestHeaders: readonly string[];
  readonly requestBody: Uint8Array;
  readonly status: number;
  readonly answerHeaders: readonly string[];
  readonly answerBody: Uint8Array;
}

/** A running proxy. */
export interface RecordingProxy {
  readonly url: string;
  readonly exchanges: readonly Exchange[];
  close(): Promise<void>;
}

/** Starts a proxy in front of the server at `target()`. A request waits for `before`, which is told its first line. */
export async function startRecordingProxy(
  target: () => string,
  before?: (line: string) => Promise<void>,
): Promise<RecordingProxy> {
  const exchanges: Exchange[] = [];
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const requestBody = await readAll(incoming);
      const { method = 'GET', url = '/', headers } = incoming;
      await before?.(`${method} ${url}`);
      const onward = send(target() + url, { method, headers });
      const answered = new Promise<IncomingMessage>((resolve, reject) =>
        onward.once('response', resolve).once('error', reject),
      );
      onward.end(requestBody);
      const answer = await answered;
      const status = answer.statusCode ?? 0;
      outgoing.writeHead(
        status,
        answer.rawHeaders.filter(
          (_text, place, all) => all[place - (place % 2)]?.toLowerCase() !== 'transfer-encoding',
        ),
      );
      outgoing.flushHeaders();
      outgoing.once('close', () => answer.destroy());
      const chunks: Uint8Array[] = [];
      try {
        for await (const chunk of answer) {
          chunks.push(chunk as Uint8Array);
          outgoing.write(chunk as Uint8Array);
        }
      } finally {
        exchanges.push({
          line: `${method} ${url}`,
          requestHeaders: incoming.rawHeaders,
          requestBody,
          status,
          answerHeaders: answer.rawHeaders,
          answerBody: Buffer.concat(chunks),
        });
      }
      outgoing.end();
    })().catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    exchanges,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

async function readAll(stream: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}
