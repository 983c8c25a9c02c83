/** Client groups: what each holds, and a new one. */
import type { ClientRow, VaultRow } from '@strongroom/device';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { useSession } from '../keys/keys-context.tsx';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Button, Dialog, Skeleton, TextField, useToast } from '../ui/index.ts';
import { useAction } from './use-action.ts';
import type { Action } from './use-action.ts';
import { useGroups } from './use-clients.ts';

export interface GroupsDialogProps {
  /** Asks for the name of a new group at once. */
  readonly isNew: boolean;
  /** All clients; undefined while they are not all known. */
  readonly clients: readonly ClientRow[] | undefined;
  readonly onNew: () => void;
  readonly onShow: (group: string) => void;
  readonly onClose: () => void;
}

export function GroupsDialog({ isNew, clients, onNew, onShow, onClose }: GroupsDialogProps): ReactNode {
  return isNew ? (
    <NewGroupDialog onClose={onClose} />
  ) : (
    <GroupsList clients={clients} onNew={onNew} onShow={onShow} onClose={onClose} />
  );
}

function GroupsList({ clients, onNew, onShow, onClose }: Omit<GroupsDialogProps, 'isNew'>): ReactNode {
  const { t } = useTexts();
  const session = useSession();
  const groups = useGroups();
  const [renaming, setRenaming] = useState<Renamed>();
  const counts = useMemo(() => {
    const each = new Map<string, number>();
    for (const { vault } of clients ?? []) each.set(vault, (each.get(vault) ?? 0) + 1);
    return each;
  }, [clients]);
  const mayAdd =
    session.kind === 'unlocked' &&
    (session.roles.includes('owner') || session.roles.includes('administrator'));
  // One dialog deep: the list comes back when the name is given.
  if (renaming !== undefined)
    return <RenameGroupDialog group={renaming} onClose={() => setRenaming(undefined)} />;
  return (
    <Dialog
      title={t('web.clients.groups')}
      description={t('web.clients.groups.sentence')}
      onClose={onClose}
      footer={
        <>
          <Button
            variant="primary"
            disabledReason={mayAdd ? undefined : t('web.clients.groups.only-admins')}
            onClick={onNew}
          >
            {t('web.clients.groups.add')}
          </Button>
          <Button onClick={onClose}>{t('web.ui.close')}</Button>
        </>
      }
    >
      <ErrorView error={groups.error} />
      {groups.data === undefined ? (
        groups.error === null ? (
          <Skeleton label={t('web.clients.loading')} />
        ) : undefined
      ) : (
        <ul className="groups-list">
          {groups.data.map(({ vault, name, origin }) => (
            <li key={vault}>
              <div>
                <b>{name ?? origin}</b>
                <span className="muted small">
                  {clients === undefined
                    ? t('web.clients.groups.counting')
                    : t('web.clients.groups.count', { count: counts.get(vault) ?? 0 })}
                </span>
              </div>
              {mayAdd ? (
                <Button
                  size="s"
                  variant="quiet"
                  onClick={() => setRenaming({ vault, name: name ?? origin })}
                  aria-label={t('web.clients.groups.rename-of', { group: name ?? origin })}
                >
                  {t('web.clients.groups.rename')}
                </Button>
              ) : undefined}
              <Button
                size="s"
                onClick={() => onShow(vault)}
                aria-label={t('web.clients.groups.show-of', { group: name ?? origin })}
              >
                {t('web.clients.groups.show')}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}

type Renamed = { readonly vault: VaultRow['vault']; readonly name: string };

function RenameGroupDialog({
  group,
  onClose,
}: {
  readonly group: Renamed;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useTexts();
  const toast = useToast();
  const rename = useAction(async (keys, wanted: string) => {
    await keys.device.vaults.rename({ vault: group.vault, name: wanted });
    toast.show({ tone: 'ok', text: t('web.clients.groups.renamed', { group: wanted }) });
    onClose();
  });
  return (
    <GroupNameDialog
      title={t('web.clients.groups.rename-of', { group: group.name })}
      description={t('web.clients.groups.rename.sentence')}
      submitLabel={t('web.clients.groups.rename')}
      group={group}
      action={rename}
      onClose={onClose}
    />
  );
}

function NewGroupDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t } = useTexts();
  const toast = useToast();
  const add = useAction(async (keys, group: string) => {
    await keys.device.vaults.add({ name: group });
    toast.show({ tone: 'ok', text: t('web.clients.groups.added', { group }) });
    onClose();
  });
  return (
    <GroupNameDialog
      title={t('web.clients.groups.new.title')}
      description={t('web.clients.groups.new.sentence')}
      submitLabel={t('web.clients.groups.add')}
      action={add}
      onClose={onClose}
    />
  );
}

/** Asks for a name that no other group has. `group`: the one that is named anew. */
function GroupNameDialog({
  title,
  description,
  submitLabel,
  group,
  action,
  onClose,
}: {
  readonly title: string;
  readonly description: string;
  readonly submitLabel: string;
  readonly group?: Renamed;
  readonly action: Action<string>;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useTexts();
  const groups = useGroups();
  const [name, setName] = useState(group?.name ?? '');
  const [isTried, setIsTried] = useState(false);
  const wanted = name.trim();
  const isTaken = groups.data?.some((each) => each.vault !== group?.vault && each.name === wanted) === true;
  const problem =
    wanted === ''
      ? t('web.clients.groups.name.empty')
      : isTaken
        ? t('web.clients.groups.name.taken')
        : undefined;
  return (
    <Dialog
      title={title}
      description={description}
      isBusy={action.isPending}
      onClose={onClose}
      onSubmit={() => {
        setIsTried(true);
        if (problem === undefined) action.run(wanted);
      }}
      footer={
        <>
          <Button type="submit" variant="primary" pending={action.isPending}>
            {submitLabel}
          </Button>
          <Button onClick={onClose}>{t('web.clients.cancel')}</Button>
        </>
      }
    >
      <TextField
        label={t('web.clients.groups.name')}
        hint={t('web.clients.groups.name.hint')}
        error={isTried ? problem : undefined}
        value={name}
        onChange={setName}
        maxLength={80}
        autoFocus
      />
      <ErrorView error={action.error} />
    </Dialog>
  );
}
