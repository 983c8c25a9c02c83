/**
 * Sends signed requests from a process of its own, over kept-open connections, and answers how long each took. `callers` send
 * one after the other each; with `perSecond` requests begin at fixed times, whatever came before, and the wait counts.
 */
import { Agent, request as httpRequest } from 'node:http';
import { readFileSync } from 'node:fs';
import type { KeptRequest } from '../office/office.ts';

export interface LoadOrder {
  readonly url: string;
  /** JSON file of KeptRequests. */
  readonly file: string;
  readonly callers: number;
  readonly perSecond?: number;
}

export interface LoadReport {
  readonly seconds: number;
  readonly latenciesMs: readonly number[];
  /** Requests that were not released, by status. */
  readonly failures: Readonly<Record<string, number>>;
}

async function post(agent: Agent, url: string, kept: KeptRequest): Promise<{ status: number; body: string }> {
  return await new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      `${url}${kept.path}`,
      { agent, method: 'POST', headers: { ...kept.headers, 'content-length': Buffer.byteLength(kept.body) } },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString('latin1') }),
        );
        incoming.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(kept.body);
  });
}

async function runLoad({ url, file, callers, perSecond }: LoadOrder): Promise<LoadReport> {
  const requests = JSON.parse(readFileSync(file, 'utf8')) as readonly KeptRequest[];
  const agent = new Agent({ keepAlive: true, maxSockets: callers });
  const latenciesMs: number[] = [];
  const failures: Record<string, number> = {};
  let next = 0;
  const startedAt = performance.now();
  async function send(kept: KeptRequest, beganAt: number): Promise<void> {
    const { status, body } = await post(agent, url, kept);
    latenciesMs.push(performance.now() - beganAt);
    if (status === 200 && body.includes('"sealed"')) return;
    const name = `${status} ${/"code":"(\w+)"/.exec(body)?.[1] ?? ''}`;
    failures[name] = (failures[name] ?? 0) + 1;
  }
  async function runCaller(): Promise<void> {
    for (let kept = requests[next++]; kept !== undefined; kept = requests[next++])
      await send(kept, performance.now());
  }
  async function runPaced(rate: number): Promise<void> {
    const sending: Promise<void>[] = [];
    for (const [place, kept] of requests.entries()) {
      const dueAt = startedAt + (place * 1000) / rate;
      const waitMs = dueAt - performance.now();
      if (waitMs > 0)
        await new Promise((resolve) => {
          setTimeout(resolve, waitMs);
        });
      sending.push(send(kept, dueAt));
    }
    await Promise.all(sending);
  }
  await (perSecond === undefined
    ? Promise.all(Array.from({ length: callers }, runCaller))
    : runPaced(perSecond));
  agent.destroy();
  return { seconds: (performance.now() - startedAt) / 1000, latenciesMs, failures };
}

process.once('message', (order: LoadOrder) => {
  void runLoad(order).then((report) => {
    process.send?.(report, undefined, {}, () => process.disconnect?.());
  });
});
