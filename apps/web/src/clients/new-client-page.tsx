/** A new client, over the list: who it is, whether it is here already, and then its code. */
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Check, Copy, FolderOpen, KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { VaultId } from '@strongroom/core';
import { paths } from '../app/paths.ts';
import { copyText } from '../copy-text.ts';
import { useSession } from '../keys/keys-context.tsx';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Button, buttonClass, Dialog, Skeleton } from '../ui/index.ts';
import { ClientForm } from './client-form.tsx';
import { emptyFields, nameOf, toNewClient } from './client-fields.ts';
import type { ClientFields } from './client-fields.ts';
import { ConflictList, useConflicts } from './conflict-list.tsx';
import { useAction } from './use-action.ts';
import { useGroups, usePeople } from './use-clients.ts';
import './client-form.css';

interface Made {
  readonly code: string;
  readonly name: string;
  readonly group: string;
}

export function NewClientPage(): ReactNode {
  const { t } = useTexts();
  const navigate = useNavigate();
  const search = useSearch({ from: paths.clients });
  const session = useSession();
  const groups = useGroups();
  const people = usePeople();
  const [made, setMade] = useState<Made | undefined>(undefined);
  const [turn, setTurn] = useState(0);
  const close = (): void => void navigate({ to: paths.clients, search, resetScroll: false });
  const me = session.kind === 'unlocked' ? people.data?.find(({ isMe }) => isMe)?.person : undefined;
  const group =
    made?.group ?? groups.data?.find(({ vault }) => vault === search.group)?.vault ?? groups.data?.[0]?.vault;
  const title = <title>{t('web.clients.new')}</title>;
  if (made !== undefined) {
    return (
      <>
        {title}
        <MadeDialog
          made={made}
          onClose={close}
          onAgain={() => {
            setMade(undefined);
            setTurn(turn + 1);
          }}
        />
      </>
    );
  }
  // The form begins with the person and the group, so both must be known.
  if (group === undefined || people.data === undefined) {
    return (
      <Dialog title={t('web.clients.new')} onClose={close}>
        {title}
        <ErrorView error={groups.error ?? people.error} />
        {groups.data?.length === 0 ? (
          <p>{t('web.clients.none.group.sentence')}</p>
        ) : groups.error === null && people.error === null ? (
          <Skeleton label={t('web.clients.loading')} />
        ) : undefined}
      </Dialog>
    );
  }
  return (
    <>
      {title}
      <NewClientDialog key={turn} first={emptyFields(group, me)} onClose={close} onMade={setMade} />
    </>
  );
}

function NewClientDialog({
  first,
  onMade,
  onClose,
}: {
  readonly first: ClientFields;
  readonly onMade: (made: Made) => void;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useTexts();
  const [fields, setFields] = useState(first);
  const [isTried, setIsTried] = useState(false);
  const { conflicts, isComplete } = useConflicts(fields);
  const add = useAction(async (keys, wanted: ClientFields) => {
    const { code } = await keys.device.clients.add({
      ...toNewClient(wanted),
      vault: wanted.group as VaultId,
    });
    onMade({ code, name: nameOf(wanted), group: wanted.group });
  });
  const isSame = conflicts.some(({ reason }) => reason !== 'similar');
  const name = nameOf(fields);
  const submit = (): void => {
    setIsTried(true);
    if (name !== '') add.run(fields);
  };
  return (
    <Dialog
      size="l"
      title={t('web.clients.new')}
      description={t('web.clients.new.sentence')}
      isBusy={add.isPending}
      onClose={onClose}
      onSubmit={submit}
      footer={
        <>
          <Button type="submit" variant="primary" pending={add.isPending}>
            {t(isSame ? 'web.clients.new.go.anyway' : 'web.clients.new.go')}
          </Button>
          <Button onClick={onClose}>{t('web.clients.cancel')}</Button>
        </>
      }
    >
      <ClientForm
        fields={fields}
        onChange={setFields}
        isNew
        nameError={isTried && name === '' ? t('web.clients.field.name.empty') : undefined}
        conflicts={<ConflictList conflicts={conflicts} isComplete={isComplete} />}
      />
      <ErrorView error={add.error} />
    </Dialog>
  );
}

function MadeDialog({
  made,
  onAgain,
  onClose,
}: {
  readonly made: Made;
  readonly onAgain: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useTexts();
  const [copied, setCopied] = useState<'yes' | 'no' | undefined>(undefined);
  const copy = (): void => {
    void copyText(made.code, navigator.clipboard).then((isCopied) => setCopied(isCopied ? 'yes' : 'no'));
  };
  return (
    <Dialog
      title={t('web.clients.made.title', { name: made.name })}
      description={t('web.clients.made.sentence')}
      onClose={onClose}
      footer={
        <>
          <Link to={paths.room} params={{ code: made.code }} className={buttonClass({ variant: 'primary' })}>
            <FolderOpen aria-hidden="true" />
            {t('web.clients.made.open')}
          </Link>
          <Link to={paths.roomPeople} params={{ code: made.code }} className={buttonClass()}>
            <KeyRound aria-hidden="true" />
            {t('web.clients.made.grant')}
          </Link>
          <Button variant="quiet" icon={<Plus aria-hidden="true" />} onClick={onAgain}>
            {t('web.clients.made.again')}
          </Button>
        </>
      }
    >
      <div className="client-made">
        <p className="client-made-code">
          <span>{made.code}</span>
          <Button
            size="s"
            icon={copied === 'yes' ? <Check aria-hidden="true" /> : <Copy aria-hidden="true" />}
            onClick={copy}
          >
            {t('web.clients.made.copy')}
          </Button>
        </p>
        <p className="muted small" role="status">
          {copied === undefined
            ? undefined
            : t(copied === 'yes' ? 'web.clients.made.copied' : 'web.clients.made.not-copied')}
        </p>
      </div>
    </Dialog>
  );
}
