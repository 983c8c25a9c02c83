/** Asking the agent of a home. No agent is a normal answer (undefined), not an error. */
import { spawn } from 'node:child_process';
import { createConnection } from 'node:net';
import { fileURLToPath } from 'node:url';
import { DependencyError } from '@strongroom/core';
import type { Unlocked } from '@strongroom/device';
import type { CliContext } from '../context.ts';
import { decodeUnlocked, encodeUnlocked, readMessages } from './agent-messages.ts';
import type { AgentAnswer, AgentQuestion } from './agent-messages.ts';
import { findAgentSocket, isPrivateFolder } from './agent-socket.ts';

const answerMs = 5000;
const startMs = 15_000;
const pollMs = 50;

/** What the agent holds; undefined where there is no agent or it holds nothing. */
export async function takeUnlocked(context: CliContext, homeFolder: string): Promise<Unlocked | undefined> {
  const answer = await askAgent(context, homeFolder, { op: 'take' });
  return answer?.unlocked === undefined ? undefined : decodeUnlocked(answer.unlocked);
}

/** When the agent locks by itself; undefined where nothing is unlocked. */
export async function findLockTime(context: CliContext, homeFolder: string): Promise<number | undefined> {
  const answer = await askAgent(context, homeFolder, { op: 'status' });
  return answer?.ok === true ? answer.locksAtMs : undefined;
}

/** Has the agent forget and end. Gives whether there was one. */
export async function lockAgent(context: CliContext, homeFolder: string): Promise<boolean> {
  return (await askAgent(context, homeFolder, { op: 'lock' })) !== undefined;
}

/**
 * Hands an unlocked device to the agent, which is started where none runs. Gives the time at which it locks by itself.
 * @throws DependencyError AGENT_FAILED
 */
export async function putUnlocked(
  context: CliContext,
  options: { readonly homeFolder: string; readonly unlocked: Unlocked; readonly idleMs: number },
): Promise<number> {
  const { homeFolder, unlocked, idleMs } = options;
  const question: AgentQuestion = { op: 'put', unlocked: encodeUnlocked(unlocked), idleMs };
  const first = await askAgent(context, homeFolder, question);
  if (first?.locksAtMs !== undefined) return first.locksAtMs;
  startAgent(context, homeFolder);
  const startedAtMs = context.clock.nowMs();
  while (context.clock.nowMs() - startedAtMs < startMs) {
    await context.clock.sleep(pollMs);
    const answer = await askAgent(context, homeFolder, question);
    if (answer?.locksAtMs !== undefined) return answer.locksAtMs;
  }
  throw new DependencyError('AGENT_FAILED', { reason: 'no-answer' });
}

function startAgent(context: CliContext, homeFolder: string): void {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, 'agent'], {
    cwd: '/',
    detached: true,
    stdio: 'ignore',
    env: { ...context.env, STRONGROOM_CLIENT_HOME: homeFolder },
  });
  child.on('error', () => undefined); // the wait for its answer tells
  child.unref();
}

async function askAgent(
  context: CliContext,
  homeFolder: string,
  question: AgentQuestion,
): Promise<AgentAnswer | undefined> {
  const { folder, path } = findAgentSocket(context, homeFolder);
  if (!(await isPrivateFolder(folder, context.userId))) return undefined;
  return await new Promise<AgentAnswer | undefined>((resolve) => {
    const socket = createConnection(path);
    const finish = (answer: AgentAnswer | undefined): void => {
      cancel();
      socket.destroy();
      resolve(answer);
    };
    const cancel = context.startTimer(answerMs, () => finish(undefined));
    socket.on('error', () => finish(undefined));
    socket.on('close', () => finish(undefined));
    socket.on('connect', () => socket.write(`${JSON.stringify(question)}\n`));
    readMessages(socket, (message) => finish(message as AgentAnswer));
  });
}
