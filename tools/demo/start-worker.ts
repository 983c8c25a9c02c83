/**
 * A worker in which people of the demo prove their passwords: the device package itself, up to the session. Each time costs 64 MiB
 * and half a second of a processor (Argon2id, docs/spec/bytes.md), during which the story goes on outside.
 */
import { parentPort } from 'node:worker_threads';
import { beginEnrolment, beginFirm, unlock } from '@strongroom/device';
import type { BeginFirmOptions, PendingStart, Unlocked } from '@strongroom/device';
import type { PersonId } from '@strongroom/core';
import { createDemoEnvironment, MemoryStorage } from './demo-environment.ts';
import type { StoredEntries } from './demo-environment.ts';

/** How somebody comes in: with the first run's code, with an invitation, or as often before. */
export type StartKind =
  | ({ readonly kind: 'firm' } & Omit<BeginFirmOptions, 'password'>)
  | { readonly kind: 'enrolment'; readonly code: string }
  | { readonly kind: 'unlock' };

/** What a worker is asked. */
export interface StartOrder {
  readonly start: StartKind;
  readonly url: string;
  readonly nowMs: number;
  readonly password: string;
  readonly entries: StoredEntries;
}

/** What it gives. */
export interface Started {
  readonly unlocked: Unlocked;
  /** The storage afterwards. */
  readonly entries: StoredEntries;
  /** Of a first run and an enrolment. */
  readonly made?: { readonly person: PersonId; readonly kit: string };
}

/** Its answer to one order. */
export type StartAnswer = { readonly started: Started } | { readonly failed: string };

parentPort?.on('message', (order: StartOrder) => {
  void answer(order).then((said) => parentPort?.postMessage(said));
});

async function answer(order: StartOrder): Promise<StartAnswer> {
  try {
    return { started: await start(order) };
  } catch (cause) {
    return { failed: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) };
  }
}

async function start(order: StartOrder): Promise<Started> {
  const { password } = order;
  const offsetMs = order.nowMs - Date.now();
  const storage = new MemoryStorage(order.entries);
  const environment = createDemoEnvironment(
    () => order.url,
    () => Date.now() + offsetMs,
    storage,
  );
  if (order.start.kind === 'unlock')
    return { unlocked: await unlock(environment, { password }), entries: storage.entries };
  const pending =
    order.start.kind === 'firm'
      ? await beginFirm(environment, {
          code: order.start.code,
          firm: order.start.firm,
          person: order.start.person,
          password,
        })
      : await beginEnrolment(environment, { code: order.start.code, password });
  const unlocked = await complete(pending);
  return {
    unlocked,
    entries: storage.entries,
    made: { person: pending.person, kit: pending.kitText },
  };
}

/** Types the two groups that are asked for, as somebody who has printed the kit. */
async function complete(pending: PendingStart): Promise<Unlocked> {
  const [first, second] = pending.askGroups;
  return await pending.complete({
    typedGroups: [pending.groups[first - 1] ?? '', pending.groups[second - 1] ?? ''],
    noteSigned: true,
  });
}
