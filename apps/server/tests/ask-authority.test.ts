/** The road to a time-stamp authority: real HTTP, real OpenSSL behind it, and authorities that answer as they should not. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { send, StampKit, StampServer, whyNoAuthority } from '../../../tests/time-stamps/authority.ts';
import { askAuthority } from '../src/time-stamps/ask-authority.ts';
import type { AuthorityReply } from '../src/time-stamps/ask-authority.ts';
import { parseAuthorities } from '../src/time-stamps/read-authorities.ts';

const data = new TextEncoder().encode('a checkpoint\n');

describe.skipIf(whyNoAuthority !== '')(`asking an authority${whyNoAuthority}`, () => {
  let kit: StampKit;
  let server: StampServer;

  beforeAll(async () => {
    kit = new StampKit();
    server = await StampServer.start(() => undefined);
  });
  afterAll(async () => {
    await server?.close();
    kit?.remove();
  });
  beforeEach(() => {
    server.asked.length = 0;
    server.respond = (question, response) => send(response, kit.answer(question));
  });

  async function ask(
    options: { readonly nowMs?: () => number; readonly timeoutMs?: number } = {},
  ): Promise<AuthorityReply> {
    const { nowMs = () => Date.now(), timeoutMs } = options;
    const authorities = parseAuthorities(kit.authorities) ?? [];
    return await askAuthority(
      { url: server.url, authorities },
      {
        data,
        signal: new AbortController().signal,
        randomBytes: (length) => new Uint8Array(randomBytes(length)),
        nowMs,
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      },
    );
  }

  test('a good answer is taken, and stock OpenSSL takes it too', async () => {
    const reply = await ask();
    expect(reply).toMatchObject({ kind: 'stamped' });
    if (reply.kind !== 'stamped') return;
    expect(kit.verify(reply.answer, data)).toBe(true);
    expect(Math.abs(reply.stamp.atMs - Date.now())).toBeLessThan(300_000);
  });

  test('the question holds the hash, a random number and nothing of the ledger', async () => {
    await ask();
    await ask();
    const [first, second] = server.asked;
    const said = kit.run(['ts', '-query', '-in', kit.write(first ?? ''), '-text']).toString();
    expect(said).toContain('Hash Algorithm: sha256');
    expect(said).toContain('Certificate required: yes');
    expect(said).toMatch(/Nonce: 0x[0-9A-F]{16,}/);
    expect(Buffer.from(first ?? '').includes(Buffer.from(data))).toBe(false);
    expect(first).not.toEqual(second);
  });

  test('the answer to another question is refused: of other bytes, or with another random number', async () => {
    const otherBytes = kit.ask(new TextEncoder().encode('another\n'));
    server.respond = (_, response) => send(response, kit.answer(otherBytes));
    expect(await ask()).toEqual({ kind: 'invalid', reason: 'imprint' });
    const sameBytes = kit.answer(kit.ask(data));
    server.respond = (_, response) => send(response, sameBytes);
    expect(await ask()).toEqual({ kind: 'invalid', reason: 'nonce' });
  });

  test('an answer of another authority is refused', async () => {
    const other = new StampKit();
    server.respond = (question, response) => send(response, other.answer(question));
    expect(await ask()).toEqual({ kind: 'invalid', reason: 'chain' });
    other.remove();
  });

  test('a time that is far from ours is refused', async () => {
    expect(await ask({ nowMs: () => Date.now() + 400_000 })).toEqual({ kind: 'invalid', reason: 'time' });
    expect(await ask({ nowMs: () => Date.now() - 400_000 })).toEqual({ kind: 'invalid', reason: 'time' });
  });

  test('a refusal and garbage are told apart', async () => {
    const rejected = Uint8Array.of(0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02);
    server.respond = (_, response) => send(response, rejected);
    expect(await ask()).toEqual({ kind: 'invalid', reason: 'status' });
    server.respond = (_, response) => send(response, new TextEncoder().encode('<html>hello</html>'));
    expect(await ask()).toEqual({ kind: 'invalid', reason: 'der' });
    server.respond = (_, response) => response.writeHead(503).end('later');
    expect(await ask()).toEqual({ kind: 'refused', status: 503 });
    server.respond = (question, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end(kit.answer(question));
    expect(await ask()).toEqual({ kind: 'invalid', reason: 'content-type' });
  });

  test('an answer is read to 65,536 bytes and no further', async () => {
    server.respond = (_, response) => send(response, new Uint8Array(65_537));
    expect(await ask()).toEqual({ kind: 'invalid', reason: 'too-large' });
    server.respond = (_, response) => send(response, new Uint8Array(65_536));
    expect(await ask()).toEqual({ kind: 'invalid', reason: 'der' });
    // One without an end: it is the client that ends it.
    server.respond = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/timestamp-reply' });
      const more = (): void => {
        if (!response.destroyed) response.write(new Uint8Array(16_384), () => setImmediate(more));
      };
      more();
    };
    expect(await ask()).toEqual({ kind: 'invalid', reason: 'too-large' });
  });

  test('who does not answer, or begins and does not end, is left after a time', async () => {
    server.respond = () => undefined;
    expect(await ask({ timeoutMs: 300 })).toEqual({ kind: 'unreachable' });
    server.respond = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).write(Uint8Array.of(0x30));
    };
    expect(await ask({ timeoutMs: 300 })).toEqual({ kind: 'unreachable' });
  });

  test('nobody is followed elsewhere', async () => {
    const elsewhere = await StampServer.start((question, response) => send(response, kit.answer(question)));
    server.respond = (_, response) => response.writeHead(307, { location: elsewhere.url }).end();
    expect(await ask()).toEqual({ kind: 'unreachable' });
    expect(elsewhere.asked).toEqual([]);
    await elsewhere.close();
  });
});
