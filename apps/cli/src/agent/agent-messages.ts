/** What the command line and its agent say to each other: one JSON object a line, one answer for each question. */
import type { Socket } from 'node:net';
import { decodeBase64, encodeBase64 } from '@strongroom/core';
import type { Unlocked } from '@strongroom/device';

/** A question to the agent. */
export type AgentQuestion =
  | { readonly op: 'status' }
  | { readonly op: 'take' }
  | { readonly op: 'put'; readonly unlocked: EncodedUnlocked; readonly idleMs: number }
  | { readonly op: 'lock' };

/** Its answer. */
export interface AgentAnswer {
  readonly ok: boolean;
  readonly unlocked?: EncodedUnlocked;
  /** When the agent locks by itself if nobody asks before. */
  readonly locksAtMs?: number;
}

/** `Unlocked` as JSON. */
export interface EncodedUnlocked {
  readonly deviceFileKey: string;
  readonly session: string;
  readonly expiresAtMs: number;
}

/** Longest line that is read; a question is far shorter. */
const lineBytesMax = 64 * 1024;

/** Packs for the socket. */
export function encodeUnlocked(unlocked: Unlocked): EncodedUnlocked {
  const { deviceFileKey, session, expiresAtMs } = unlocked;
  return { deviceFileKey: encodeBase64(deviceFileKey), session, expiresAtMs };
}

/** Unpacks from the socket. */
export function decodeUnlocked(encoded: EncodedUnlocked): Unlocked {
  const { deviceFileKey, session, expiresAtMs } = encoded;
  return { deviceFileKey: decodeBase64(deviceFileKey), session, expiresAtMs };
}

/** Calls back with each line of a socket as JSON; a line that is none, or too long, ends the connection. */
export function readMessages(socket: Socket, onMessage: (message: unknown) => void): void {
  let pending = '';
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    pending += text;
    if (pending.length > lineBytesMax) {
      socket.destroy();
      return;
    }
    const lines = pending.split('\n');
    pending = lines.pop() ?? '';
    for (const line of lines) {
      try {
        onMessage(JSON.parse(line));
      } catch {
        socket.destroy(); // whoever does not speak our language is let go without a word
        return;
      }
    }
  });
}
