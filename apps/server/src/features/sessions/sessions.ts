/** Sessions: 32 random bytes, stored hashed, of one device. Idle 15 minutes, at most 12 hours after the password was given. */
import { assert, decodeBase64url, encodeHex, hashLabelled } from '@strongroom/core';
import type { DeviceId, PersonId } from '@strongroom/core';
import { limits } from '@strongroom/protocol';
import type { Session } from '../../call.ts';
import type { ServerContext } from '../../context.ts';
import { dropPass, findPass } from './passes.ts';

const tokenBytes = 32;
/** Uses are written down this often, not at each call; an idle time is that much shorter after a restart. */
const usedWriteMs = 60_000;
const usedMs = new WeakMap<ServerContext, Map<string, number>>();

/** The session of a call behind a gate that asks for one. */
export function getSession(session: Session | undefined): Session {
  assert(session !== undefined, 'the gate lets nobody through without a session');
  return session;
}

/** The session or pass of a token, or undefined when there is none or it has ended. */
export async function findSession(context: ServerContext, token: string): Promise<Session | undefined> {
  const tokenHash = hashToken(context, token);
  if (tokenHash === undefined) return undefined;
  const pass = findPass(context, tokenHash);
  if (pass !== undefined) return pass;
  const row = await context.folders.office.read((db) =>
    db.selectFrom('sessions').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst(),
  );
  if (row === undefined) return undefined;
  const nowMs = context.clock.nowMs();
  const lastUses = usesOf(context);
  const key = encodeHex(tokenHash);
  const lastMs = Math.max(row.used_ms, lastUses.get(key) ?? 0);
  if (nowMs - lastMs > limits.sessionIdleMs || nowMs - row.created_ms > limits.sessionLifeMsMax) {
    await dropSession(context, tokenHash);
    return undefined;
  }
  lastUses.set(key, nowMs);
  if (nowMs - row.used_ms > usedWriteMs)
    await context.folders.office.transact(async (writer) => {
      await writer
        .updateTable('sessions')
        .set({ used_ms: nowMs })
        .where('token_hash', '=', tokenHash)
        .execute();
    });
  return {
    tokenHash,
    device: row.device as DeviceId,
    person: row.person as PersonId,
    createdMs: row.created_ms,
  };
}

/** A new token and the row for it; the caller writes the row together with the line that says so. */
export function makeSession(
  context: ServerContext,
  who: { readonly device: DeviceId; readonly person: PersonId },
): {
  token: Uint8Array;
  row: { token_hash: Uint8Array; device: string; person: string; created_ms: number; used_ms: number };
} {
  const token = context.engine.randomBytes(tokenBytes);
  const nowMs = context.clock.nowMs();
  return {
    token,
    row: {
      token_hash: hashLabelled(context.engine, 'session-token', token),
      ...who,
      created_ms: nowMs,
      used_ms: nowMs,
    },
  };
}

/** Ends a session or pass. */
export async function dropSession(context: ServerContext, tokenHash: Uint8Array): Promise<void> {
  dropPass(context, tokenHash);
  usesOf(context).delete(encodeHex(tokenHash));
  await context.folders.office.transact(async (writer) => {
    await writer.deleteFrom('sessions').where('token_hash', '=', tokenHash).execute();
  });
}

/** Ends all sessions that are over by their time; a job. */
export async function dropEndedSessions(context: ServerContext): Promise<void> {
  const before = context.clock.nowMs() - limits.sessionLifeMsMax;
  await context.folders.office.transact(async (writer) => {
    await writer.deleteFrom('sessions').where('created_ms', '<', before).execute();
  });
  const lastUses = usesOf(context);
  for (const [key, atMs] of lastUses) if (atMs < before) lastUses.delete(key);
}

function usesOf(context: ServerContext): Map<string, number> {
  const found = usedMs.get(context) ?? new Map<string, number>();
  usedMs.set(context, found);
  return found;
}

function hashToken(context: ServerContext, token: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9_-]{43}$/.test(token)) return undefined;
  try {
    return hashLabelled(context.engine, 'session-token', decodeBase64url(token));
  } catch {
    // Stray bits at the end: no token of ours.
    return undefined;
  }
}
