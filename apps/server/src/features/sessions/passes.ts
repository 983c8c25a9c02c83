/**
 * Passes: what a person has who proved password and kit secret without an enrolled device. A pass reads the person's chains in the
 * office and hands in one statement, `device.added` for the device it was begun for; the gate and `submitEntry` see to that. It
 * lives in memory for a few minutes and is no session.
 */
import { encodeHex, hashLabelled } from '@strongroom/core';
import type { DeviceId, PersonId, UnlockId } from '@strongroom/core';
import type { Session } from '../../call.ts';
import type { ServerContext } from '../../context.ts';

const passLifeMs = 300_000;
const passesMax = 10_000;
const passesOf = new WeakMap<
  ServerContext,
  Map<string, { readonly pass: Session; readonly endsMs: number }>
>();

/** Makes a pass. @returns its token and how long it is good */
export function makePass(
  context: ServerContext,
  who: { readonly device: DeviceId; readonly person: PersonId; readonly unlock: UnlockId },
): { readonly token: Uint8Array; readonly lifeMs: number } {
  const token = context.engine.randomBytes(32);
  const tokenHash = hashLabelled(context.engine, 'session-token', token);
  const passes = passesOf.get(context) ?? new Map<string, { pass: Session; endsMs: number }>();
  passesOf.set(context, passes);
  const nowMs = context.clock.monotonicMs();
  for (const [key, { endsMs }] of passes) {
    if (passes.size < passesMax && endsMs > nowMs) break;
    passes.delete(key);
  }
  passes.set(encodeHex(tokenHash), {
    pass: { tokenHash, ...who, createdMs: context.clock.nowMs() },
    endsMs: nowMs + passLifeMs,
  });
  return { token, lifeMs: passLifeMs };
}

/** The pass with this token's hash, unless it has ended. */
export function findPass(context: ServerContext, tokenHash: Uint8Array): Session | undefined {
  const found = passesOf.get(context)?.get(encodeHex(tokenHash));
  return found !== undefined && found.endsMs > context.clock.monotonicMs() ? found.pass : undefined;
}

/** Ends a pass. */
export function dropPass(context: ServerContext, tokenHash: Uint8Array): void {
  passesOf.get(context)?.delete(encodeHex(tokenHash));
}
