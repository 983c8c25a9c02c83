/** The way to the server when the line is bad. */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StrongroomError } from '@strongroom/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpTransport } from '../src/index.ts';

let server: Server;
let url = '';

beforeAll(async () => {
  server = createServer((request) => request.socket.destroy());
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
});

test('a connection that was cut is told as it is: whoever asked tries again', async () => {
  const failure: unknown = await createHttpTransport(url)
    .send({ method: 'GET', path: '/v1/health' })
    .catch((cause: unknown) => cause);
  expect(failure).toBeInstanceOf(Error);
  // The device's calls repeat what the network gave, and nothing that is an answer already.
  expect(failure).not.toBeInstanceOf(StrongroomError);
});

test('whoever interrupts is not asked to wait', async () => {
  await expect(
    createHttpTransport(url, AbortSignal.abort()).send({ method: 'GET', path: '/v1/health' }),
  ).rejects.toMatchObject({ code: 'INTERRUPTED' });
});
