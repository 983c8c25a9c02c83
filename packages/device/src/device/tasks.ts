/** Work queued by a start or by a statement: done in order, once, each removed when it is done. */
import { officeId } from '@strongroom/core';
import type { PersonId } from '@strongroom/core';
import { findGrant, hasKitNote } from '@strongroom/authority';
import { listTasks } from '../identity/identity.ts';
import type { Task } from '../identity/identity.ts';
import { writeCardRecord } from '../records/write-card.ts';
import { isRotationOurs, rotateEpoch } from '../rooms/room-access.ts';
import type { DeviceContext } from './context.ts';

/** Does what is queued. What cannot be done yet (not admitted to the room) stays queued. */
export async function runTasks(context: DeviceContext): Promise<void> {
  for (const [name, task] of await listTasks(context.store)) {
    if (await runTask(context, task)) await context.store.remove(name);
  }
}

async function runTask(context: DeviceContext, task: Task): Promise<boolean> {
  const { book } = context;
  if (task.kind === 'kit-note') {
    await book.syncLedger(officeId);
    if (!hasKitNote(book.office, context.person, Number.MAX_SAFE_INTEGER)) {
      await book.append<PersonId>({
        ledger: officeId,
        chain: context.person,
        makeBody: (start) => ({ k: 'kit.noted', ...start, text: 'lost-kit-means-reset' }),
      });
    }
    return true;
  }
  const room = task.room ?? book.office.firm?.staffRoom;
  if (room === undefined) return false;
  if (findGrant(book.states(task.vault), room, context.person, book.moment(task.vault)) === undefined)
    return false;
  if (isRotationOurs(context, task.vault, room)) await rotateEpoch(context, task.vault, room);
  await writeCardRecord(context, { vault: task.vault, room, kind: task.recordKind, content: task.content });
  return true;
}
