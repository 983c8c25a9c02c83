/** Stands between the command line and the server, and keeps every request and answer as they went by. */
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

/** Starts a proxy in front of the server at `target()`. */
export async function startRecordingProxy(target: () => string): Promise<RecordingProxy> {
  const exchanges: Exchange[] = [];
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const requestBody = await readAll(incoming);
      const { method = 'GET', url = '/', headers } = incoming;
      const onward = send(target() + url, { method, headers: { ...headers, host: new URL(target()).host } });
      const answered = new Promise<IncomingMessage>((resolve, reject) =>
        onward.once('response', resolve).once('error', reject),
      );
      onward.end(requestBody);
      const answer = await answered;
      const answerBody = await readAll(answer);
      const status = answer.statusCode ?? 0;
      exchanges.push({
        line: `${method} ${url}`,
        requestHeaders: incoming.rawHeaders,
        requestBody,
        status,
        answerHeaders: answer.rawHeaders,
        answerBody,
      });
      outgoing.writeHead(
        status,
        answer.rawHeaders.filter(
          (_text, place, all) => all[place - (place % 2)]?.toLowerCase() !== 'transfer-encoding',
        ),
      );
      outgoing.end(answerBody);
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
