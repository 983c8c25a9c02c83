/**
 * The same change of many profiles: one after the other, each a line in the ledger. What was changed can be changed back for a while;
 * what could not be is told. It goes on when the person goes to another screen.
 */
import type { PersonId, RoomId } from '@strongroom/core';
import { StrongroomError } from '@strongroom/core';
import type { ClientRow } from '@strongroom/device';
import { useCallback, useRef, useState } from 'react';
import { useKeys } from '../../keys/keys-context.tsx';
import { useTexts } from '../../texts/texts-context.tsx';
import { useToast } from '../../ui/index.ts';

/** What one profile gets. */
export interface ProfileChange {
  readonly room: RoomId;
  readonly lead?: PersonId | null;
  readonly reviewAtMs?: number | null;
}

/** Where a bulk change stands. */
export interface BulkProgress {
  readonly doneCount: number;
  readonly totalCount: number;
}

export interface BulkChange {
  readonly progress: BulkProgress | undefined;
  readonly run: (
    rows: readonly ClientRow[],
    change: Omit<ProfileChange, 'room'>,
    said: (count: number) => string,
  ) => void;
  readonly stop: () => void;
}

/** The change that takes another one back. */
function changeBack(row: ClientRow, change: Omit<ProfileChange, 'room'>): ProfileChange {
  return {
    room: row.room,
    ...('lead' in change ? { lead: row.lead ?? null } : {}),
    ...('reviewAtMs' in change ? { reviewAtMs: row.reviewAtMs ?? null } : {}),
  };
}

/** Failures of this kind would meet every client: nothing more is begun. */
const endingCodes: ReadonlySet<string> = new Set([
  'SERVER_UNREACHABLE',
  'WARDEN_UNAVAILABLE',
  'RESTORE_MODE',
  'SESSION_INVALID',
  'HEADS_STALE',
  'DEVICE_LOCKED',
]);

export function useBulkChange(): BulkChange {
  const keys = useKeys();
  const { t, find } = useTexts();
  const toast = useToast();
  const [progress, setProgress] = useState<BulkProgress | undefined>(undefined);
  const isStopped = useRef(false);

  const write = useCallback(
    async (changes: readonly ProfileChange[]): Promise<readonly RoomId[]> => {
      isStopped.current = false;
      const written: RoomId[] = [];
      let failedCount = 0;
      let firstCode: string | undefined;
      for (const { room, ...change } of changes) {
        if (isStopped.current) break;
        setProgress({ doneCount: written.length + failedCount, totalCount: changes.length });
        try {
          await keys.device.clients.update({ client: { room }, ...change });
          written.push(room);
        } catch (cause) {
          failedCount += 1;
          const code = cause instanceof StrongroomError ? cause.code : 'INTERNAL_ERROR';
          firstCode ??= code;
          if (endingCodes.has(code)) break;
        }
      }
      setProgress(undefined);
      if (firstCode !== undefined) {
        toast.show({
          tone: 'warn',
          text: t('web.clients.bulk.failed', {
            count: changes.length - written.length,
            why: find(`error.${firstCode}.title`) ?? firstCode,
          }),
        });
      }
      return written;
    },
    [find, keys, t, toast],
  );

  const run = useCallback<BulkChange['run']>(
    (rows, change, said) => {
      const before = new Map(rows.map((row) => [row.room, changeBack(row, change)]));
      void write(rows.map(({ room }) => ({ room, ...change }))).then((written) => {
        if (written.length === 0) return;
        const back = written.flatMap((room) => before.get(room) ?? []);
        toast.show({
          tone: 'ok',
          text: said(written.length),
          undo: () =>
            void write(back).then((undone) =>
              toast.show({ tone: 'ok', text: t('web.clients.bulk.undone', { count: undone.length }) }),
            ),
        });
      });
    },
    [t, toast, write],
  );
  const stop = useCallback(() => {
    isStopped.current = true;
  }, []);
  return { progress, run, stop };
}
