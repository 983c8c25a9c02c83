/** Changes the profile of a client. Somebody who saved meanwhile is not written over: what he wrote is shown, and one decides. */
import type { RoomId } from '@strongroom/core';
import { ConflictError } from '@strongroom/core';
import type { ClientRow } from '@strongroom/device';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useSteadyQuery } from '../keys/keys-context.tsx';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Band, Button, Dialog, Skeleton, useToast } from '../ui/index.ts';
import { ClientForm } from './client-form.tsx';
import { changesOf, fieldsOf, nameOf } from './client-fields.ts';
import type { ClientFields, ProfileChanges } from './client-fields.ts';
import { ConflictList, useConflicts } from './conflict-list.tsx';
import { useAction } from './use-action.ts';
import { useClients } from './use-clients.ts';
import './clients.css';

export interface EditClientDialogProps {
  readonly room: RoomId;
  readonly onClose: () => void;
}

/** The dialog; mount it when it is to be open. */
export function EditClientDialog({ room, onClose }: EditClientDialogProps): ReactNode {
  const { t } = useTexts();
  const { rows } = useClients();
  const row = rows.find((each) => each.room === room);
  // Each time it is opened, what is newest then; not again while somebody writes.
  const profile = useSteadyQuery(
    ['profile', room],
    async (keys) => await keys.device.clients.profile({ room }),
    { keepMs: 0 },
  );
  if (profile.data !== undefined && row !== undefined)
    return <EditForm row={row} seen={profile.data} onClose={onClose} />;
  return (
    <Dialog size="l" title={t('web.clients.edit.title.plain')} onClose={onClose}>
      {profile.error === null ? (
        <Skeleton label={t('web.clients.loading')} lines={5} />
      ) : (
        <ErrorView error={profile.error} />
      )}
    </Dialog>
  );
}

type Seen = Parameters<typeof fieldsOf>[0] & { readonly version: number };

function EditForm({
  row,
  seen,
  onClose,
}: {
  readonly row: ClientRow;
  readonly seen: Seen;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useTexts();
  const toast = useToast();
  // What was read when the dialog opened: a newer one is taken only by the person's word.
  const [base, setBase] = useState(seen);
  const [fields, setFields] = useState<ClientFields>(() => fieldsOf(seen, row.vault, row.class));
  const [isTried, setIsTried] = useState(false);
  const [newer, setNewer] = useState<Seen | undefined>(undefined);
  const { conflicts, isComplete } = useConflicts(fields, row.room);
  const name = nameOf(fields);
  const update = useAction(
    async (
      each,
      { changes: wanted, version }: { readonly changes: ProfileChanges; readonly version: number },
    ) => {
      try {
        await each.device.clients.update({ client: { room: row.room }, ...wanted, seen: version });
      } catch (cause) {
        if (cause instanceof ConflictError) setNewer(await each.device.clients.profile({ room: row.room }));
        throw cause;
      }
      toast.show({ tone: 'ok', text: t('web.clients.edit.done', { name }) });
      onClose();
    },
  );
  const before = fieldsOf(base, row.vault, row.class);
  const changes = changesOf(before, fields);
  const isChanged = Object.keys(changes).length > 0;
  const save = (): void => {
    setIsTried(true);
    if (name === '') return;
    if (!isChanged) {
      onClose();
      return;
    }
    update.run({ changes, version: base.version });
  };
  /** Keeps what was changed here and takes the rest from the newer one. */
  const merge = (theirs: Seen): void => {
    const fresh = fieldsOf(theirs, row.vault, row.class);
    setFields({
      ...fresh,
      ...(changes.name === undefined ? {} : { name: fields.name }),
      ...(changes.aliases === undefined ? {} : { aliases: fields.aliases }),
      ...(changes.lead === undefined ? {} : { lead: fields.lead }),
      ...(changes.reviewAtMs === undefined ? {} : { review: fields.review }),
      ...(changes.countries === undefined ? {} : { countries: fields.countries }),
    });
    settle(theirs);
  };
  const settle = (theirs: Seen): void => {
    setBase(theirs);
    setNewer(undefined);
    update.reset();
  };
  return (
    <Dialog
      size="l"
      title={t('web.clients.edit.title', { code: row.code })}
      description={t('web.clients.edit.sentence')}
      isBusy={update.isPending}
      onClose={onClose}
      onSubmit={newer === undefined ? save : () => merge(newer)}
      footer={
        <>
          <Button
            type="submit"
            variant="primary"
            pending={update.isPending}
            disabledReason={newer === undefined ? undefined : t('web.clients.edit.decide')}
          >
            {t('web.clients.edit.save')}
          </Button>
          <Button onClick={onClose}>{t('web.clients.cancel')}</Button>
        </>
      }
    >
      {newer === undefined ? (
        <ErrorView error={update.error} />
      ) : (
        <Band
          kind="warn"
          isLive
          action={
            <>
              <Button size="s" onClick={() => merge(newer)}>
                {t('web.clients.edit.merge')}
              </Button>
              <Button
                size="s"
                onClick={() => {
                  setFields(fieldsOf(newer, row.vault, row.class));
                  settle(newer);
                }}
              >
                {t('web.clients.edit.theirs')}
              </Button>
            </>
          }
        >
          {t('web.clients.edit.conflict', { name: newer.name })}
        </Band>
      )}
      <ClientForm
        fields={fields}
        onChange={setFields}
        isNew={false}
        nameError={isTried && name === '' ? t('web.clients.field.name.empty') : undefined}
        conflicts={<ConflictList conflicts={conflicts} isComplete={isComplete} />}
      />
    </Dialog>
  );
}
