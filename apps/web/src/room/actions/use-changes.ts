/** Moves and new names: written at once, each a line in the ledger, and written back when they are undone. */
import type { RecordId } from '@strongroom/core';
import type { UpdatedRecord, UpdateRecordOptions } from '@strongroom/device';
import { useCallback, useState } from 'react';
import { useDeviceMutation } from '../../keys/keys-context.tsx';
import { useTexts } from '../../texts/texts-context.tsx';
import { useToast } from '../../ui/index.ts';
import { useSayError } from '../../uploads/use-say-error.ts';

/** Writes changes and says what was done. */
export type MakeChanges = (changes: readonly UpdateRecordOptions[], done: string) => void;

export function useChanges(): { readonly change: MakeChanges; readonly busy: ReadonlySet<RecordId> } {
  const { t, find } = useTexts();
  const toast = useToast();
  const sayError = useSayError();
  const [busy, setBusy] = useState<ReadonlySet<RecordId>>(new Set());
  const { mutateAsync } = useDeviceMutation(
    async (keys, changes: readonly UpdateRecordOptions[]) => await keys.device.records.updateMany(changes),
  );
  const change = useCallback<MakeChanges>(
    (changes, done) => {
      const write = async (
        wanted: readonly UpdateRecordOptions[],
        said: string,
        isBack: boolean,
      ): Promise<void> => {
        setBusy(new Set(wanted.map(({ record }) => record)));
        try {
          const answers = await mutateAsync(wanted);
          const written = answers.filter((answer): answer is UpdatedRecord => 'version' in answer);
          const failed = answers.filter((answer) => 'code' in answer);
          const first = failed[0];
          if (first !== undefined) {
            toast.show({
              tone: 'warn',
              text: t('web.room.change.failed', {
                count: failed.length,
                why: find(`error.${first.code}.title`) ?? first.code,
              }),
            });
          }
          if (written.length === 0) return;
          const back = written.map(({ record, version, before }) => ({ record, base: version, ...before }));
          toast.show({
            tone: 'ok',
            text: said,
            ...(isBack ? {} : { undo: () => void write(back, t('web.room.change.undone'), true) }),
          });
        } catch (error) {
          sayError(error);
        } finally {
          setBusy(new Set());
        }
      };
      void write(changes, done, false);
    },
    [find, mutateAsync, sayError, t, toast],
  );
  return { change, busy };
}
