/** Another classification level for the room: what it means, who may, and that it is a line. */
import type { RecordClass } from '@strongroom/device';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { classTitle } from '../clients/class-words.ts';
import { useDeviceMutation } from '../keys/keys-context.tsx';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Button, Dialog, RadioGroup, useToast } from '../ui/index.ts';
import { useSayError } from '../uploads/use-say-error.ts';
import { levelSince, maySetClass } from './class-rights.ts';
import { useRoom } from './room-context.ts';
import { useMyRights } from './room-queries.ts';

const levels = [0, 1, 2, 3] as const;

export function ClassDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const { room, title, class: now } = useRoom();
  const rights = useMyRights(room);
  const toast = useToast();
  const sayError = useSayError();
  const [chosen, setChosen] = useState<RecordClass>(now);
  const set = useDeviceMutation(
    async (keys, change: { readonly class: RecordClass; readonly from: RecordClass }) =>
      await keys.device.access.setClass({ room, ...change }),
  );
  const say = (level: RecordClass): string => t('web.room.class.done', { level: t(`class.${level}`) });
  // The dialog is gone by then: what went wrong is said in a toast.
  const takeBack = async (): Promise<void> => {
    try {
      await set.mutateAsync({ class: now, from: chosen });
      toast.show({ tone: 'ok', text: say(now) });
    } catch (error) {
      const since = levelSince(error);
      if (since === undefined) sayError(error);
      else toast.show({ tone: 'warn', text: t('web.room.class.not-undone', { level: t(`class.${since}`) }) });
    }
  };
  const tellDone = (): void => {
    if (maySetClass(chosen, now, rights)) {
      toast.show({ tone: 'ok', text: say(chosen), undo: () => void takeBack() });
      return;
    }
    const why = t(chosen > now ? 'web.room.class.no-undo.raised' : 'web.room.class.no-undo.lowered');
    toast.show({ tone: 'ok', text: `${say(chosen)} ${why}`, durationMs: 10_000 });
  };
  return (
    <Dialog
      title={t('web.room.class.title', { room: title })}
      description={t('web.room.class.meaning')}
      isBusy={set.isPending}
      onClose={onClose}
      onSubmit={() => {
        if (chosen === now) return;
        set.mutate(
          { class: chosen, from: now },
          {
            onSuccess: () => {
              tellDone();
              onClose();
            },
          },
        );
      }}
      footer={
        <>
          <Button
            type="submit"
            variant="primary"
            pending={set.isPending}
            disabledReason={chosen === now ? t('web.room.class.same') : undefined}
          >
            {t('web.room.class.go')}
          </Button>
          <Button onClick={onClose}>{t('web.room.cancel')}</Button>
        </>
      }
    >
      <RadioGroup<`${RecordClass}`>
        label={t('web.room.fact.class')}
        value={`${chosen}`}
        onChange={(value) => setChosen(Number(value) as RecordClass)}
        isFramed
        options={levels.map((level) => {
          const mayChoose = maySetClass(now, level, rights);
          return {
            value: `${level}` as const,
            label: classTitle(level, texts),
            hint: mayChoose
              ? t(`web.room.class.hint.${level}`)
              : t(level > now ? 'web.room.class.only-managers' : 'web.room.class.only-officers'),
            isDisabled: !mayChoose,
          };
        })}
      />
      {chosen < now ? <p>{t('web.room.class.lower')}</p> : undefined}
      {chosen === 3 && now !== 3 ? <p>{t('web.room.class.top')}</p> : undefined}
      <ErrorView error={set.error} />
    </Dialog>
  );
}
