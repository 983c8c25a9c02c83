/**
 * The agent: holds one unlocked device in memory for the commands of one user, for a limited time. It writes nothing. When
 * the idle time passes, the session ends, or `lock` is asked, the key is overwritten and the agent ends.
 */
import { chmod, unlink } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { wipeBytes } from '@strongroom/core';
import type { Unlocked } from '@strongroom/device';
import type { CliContext } from '../context.ts';
import { isMissing } from '../home/durable-file.ts';
import { decodeUnlocked, encodeUnlocked, readMessages } from './agent-messages.ts';
import type { AgentAnswer, AgentQuestion } from './agent-messages.ts';
import { findAgentSocket, prepareAgentFolder } from './agent-socket.ts';

/** An agent nobody gave a device to ends after this time. */
const emptyMs = 30_000;

/** Runs an agent for a home until it is locked. Resolves at once where one is running already. */
export async function runAgent(context: CliContext, homeFolder: string): Promise<void> {
  const { folder, path } = findAgentSocket(context, homeFolder);
  await prepareAgentFolder(folder, context.userId);
  if (await isAnswering(path)) return;
  await unlink(path).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // A socket is born with the mode that the mask leaves; the folder keeps others out in between.
    server.listen(path, () => resolve());
  });
  await chmod(path, 0o600);
  await serve(context, server);
  await unlink(path).catch(() => undefined); // somebody tidied up: nothing is left to remove
}

async function serve(context: CliContext, server: Server): Promise<void> {
  const { clock, startTimer, interrupted } = context;
  let held: { readonly unlocked: Unlocked; readonly idleMs: number } | undefined;
  let locksAtMs = clock.nowMs() + emptyMs;
  let cancelTimer: () => void = () => undefined;
  const sockets = new Set<Socket>();

  return await new Promise<void>((resolve) => {
    const lock = (): void => {
      cancelTimer();
      wipeBytes(held?.unlocked.deviceFileKey);
      held = undefined;
      server.close(() => resolve());
      for (const socket of sockets) socket.end();
    };
    const restartTimer = (): void => {
      cancelTimer();
      const nowMs = clock.nowMs();
      const idleEndMs = nowMs + (held?.idleMs ?? emptyMs);
      locksAtMs = held === undefined ? idleEndMs : Math.min(idleEndMs, held.unlocked.expiresAtMs);
      cancelTimer = startTimer(Math.max(0, locksAtMs - nowMs), lock);
    };
    const answer = (question: AgentQuestion): AgentAnswer => {
      switch (question.op) {
        case 'put':
          wipeBytes(held?.unlocked.deviceFileKey);
          held = { unlocked: decodeUnlocked(question.unlocked), idleMs: question.idleMs };
          restartTimer();
          return { ok: true, locksAtMs };
        case 'take':
          // A machine that slept wakes with its timers late: the clock decides, not the timer.
          if (held === undefined || clock.nowMs() >= locksAtMs) return { ok: false };
          restartTimer();
          return { ok: true, unlocked: encodeUnlocked(held.unlocked), locksAtMs };
        case 'status':
          return held === undefined || clock.nowMs() >= locksAtMs ? { ok: false } : { ok: true, locksAtMs };
        case 'lock':
          return { ok: true };
      }
    };
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => socket.destroy());
      readMessages(socket, (message) => {
        const question = message as AgentQuestion;
        socket.write(`${JSON.stringify(answer(question))}\n`);
        if (question.op === 'lock') lock();
      });
    });
    interrupted.addEventListener('abort', lock, { once: true });
    restartTimer();
  });
}

async function isAnswering(path: string): Promise<boolean> {
  return await new Promise<boolean>((resolve) => {
    const socket = createConnection(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
