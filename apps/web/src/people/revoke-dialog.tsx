/** Takes a person's access to a room: what stops at once, what may remain, and what still waits. */
import type { PersonId, RoomId } from '@strongroom/core';
import type { ReactNode } from 'react';
import { useDeviceMutation, useDeviceQuery } from '../keys/keys-context.tsx';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Button, Dialog, formatLine, Skeleton, useToast } from '../ui/index.ts';
import './people.css';

export function RevokeDialog({
  room,
  person,
  title,
  onClose,
}: {
  readonly room: RoomId;
  readonly person: PersonId;
  /** What the room is called. */
  readonly title: string;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useTexts();
  const toast = useToast();
  const preview = useDeviceQuery(
    ['revoke-preview', room, person],
    async (keys) => await keys.device.access.previewRevoke({ room, person }),
  );
  const revoke = useDeviceMutation(async (keys) => await keys.device.access.revoke({ room, person }));
  const facts = preview.data;
  const name = facts?.name ?? t('web.people.nameless');
  return (
    <Dialog
      title={t('web.people.revoke.title', { name, room: title })}
      isBusy={revoke.isPending}
      onClose={onClose}
      onSubmit={() => {
        revoke.mutate(undefined, {
          onSuccess: ({ line, rotationDue }) => {
            toast.show({
              tone: 'ok',
              text: t(rotationDue ? 'web.people.revoke.done.waits' : 'web.people.revoke.done', {
                name,
                line: formatLine(line.index),
              }),
            });
            onClose();
          },
        });
      }}
      footer={
        <>
          <Button
            type="submit"
            variant="danger"
            pending={revoke.isPending}
            disabledReason={
              facts === undefined
                ? t('web.people.loading')
                : facts.mayRevoke
                  ? undefined
                  : facts.isLastManager
                    ? t('web.people.revoke.last-manager')
                    : t('web.people.revoke.may-not')
            }
          >
            {t('web.people.revoke.submit')}
          </Button>
          <Button onClick={onClose}>{t('web.people.cancel')}</Button>
        </>
      }
    >
      <ErrorView error={preview.error} />
      {facts === undefined ? (
        <Skeleton label={t('web.people.loading')} lines={3} />
      ) : (
        <ul className="people-consequences">
          <li>{t('web.people.revoke.at-once', { name, count: facts.devices })}</li>
          <li>
            {facts.releasedDocuments === 0
              ? t('web.people.revoke.nothing-kept')
              : t('web.people.revoke.kept', { count: facts.releasedDocuments })}
          </li>
          <li>{t('web.people.revoke.waits')}</li>
        </ul>
      )}
      <ErrorView error={revoke.error} />
    </Dialog>
  );
}
