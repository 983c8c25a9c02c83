/** The menu of saved views, and the small dialogs that name them. */
import { useNavigate } from '@tanstack/react-router';
import { Bookmark } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Button, ConfirmDialog, Dialog, Menu, TextField, useToast } from '../ui/index.ts';
import type { MenuItem } from '../ui/index.ts';
import { isFiltered, isSameView, toViewSearch } from './clients-search.ts';
import type { ClientsSearch } from './clients-search.ts';
import { newViewId, useSavedViews, viewsMax } from './saved-views.ts';
import type { SavedView } from './saved-views.ts';

type Asking = { readonly kind: 'save' } | { readonly kind: 'rename' | 'remove'; readonly view: SavedView };

export function ViewsMenu({ search }: { readonly search: ClientsSearch }): ReactNode {
  const { t } = useTexts();
  const navigate = useNavigate();
  const toast = useToast();
  const { saved, write } = useSavedViews();
  const [asking, setAsking] = useState<Asking | undefined>(undefined);
  const current = saved.views.find(({ id }) => id === search.view);
  const shown = toViewSearch(search);
  const isChanged = current !== undefined && !isSameView(current.search, shown);
  const isDefault = current !== undefined && saved.defaultId === current.id;

  const go = (view: SavedView | undefined): void =>
    void navigate({
      to: paths.clients,
      search: view === undefined ? { view: 'all' } : { ...view.search, view: view.id },
    });
  const keep = async (views: readonly SavedView[], defaultId = saved.defaultId): Promise<void> =>
    await write({
      views,
      ...(defaultId !== undefined && views.some(({ id }) => id === defaultId) ? { defaultId } : {}),
    });
  const tell = (work: Promise<void>): void => {
    work.catch(() => toast.show({ tone: 'bad', text: t('web.clients.views.failed') }));
  };

  const items: MenuItem[] = [
    {
      id: 'all',
      label: t('web.clients.views.all'),
      isChecked: current === undefined,
      onSelect: () => go(undefined),
    },
    ...saved.views.map((view): MenuItem => ({
      id: view.id,
      label: view.id === saved.defaultId ? t('web.clients.views.default-of', { name: view.name }) : view.name,
      isChecked: view.id === current?.id,
      onSelect: () => go(view),
    })),
    { id: 'rule', isSeparator: true },
    ...(current !== undefined && isChanged
      ? [
          {
            id: 'update',
            label: t('web.clients.views.update', { name: current.name }),
            onSelect: () =>
              tell(
                keep(saved.views.map((view) => (view.id === current.id ? { ...view, search: shown } : view))),
              ),
          },
        ]
      : []),
    {
      id: 'save',
      label: t('web.clients.views.save'),
      disabledReason:
        saved.views.length >= viewsMax
          ? t('web.clients.views.full', { count: viewsMax })
          : isFiltered(shown) || shown.order !== undefined
            ? undefined
            : t('web.clients.views.nothing'),
      onSelect: () => setAsking({ kind: 'save' }),
    },
    ...(current === undefined
      ? []
      : [
          {
            id: 'default',
            label: t(isDefault ? 'web.clients.views.no-default' : 'web.clients.views.set-default'),
            onSelect: () =>
              tell(write({ views: saved.views, ...(isDefault ? {} : { defaultId: current.id }) })),
          },
          {
            id: 'rename',
            label: t('web.clients.views.rename'),
            onSelect: () => setAsking({ kind: 'rename', view: current }),
          },
          {
            id: 'remove',
            label: t('web.clients.views.remove'),
            isDanger: true,
            onSelect: () => setAsking({ kind: 'remove', view: current }),
          },
        ]),
  ];

  return (
    <>
      <Menu
        label={t('web.clients.views.menu')}
        buttonLabel={
          current === undefined
            ? t('web.clients.views.menu')
            : isChanged
              ? t('web.clients.views.changed', { name: current.name })
              : current.name
        }
        icon={<Bookmark aria-hidden="true" />}
        variant="default"
        size="m"
        items={items}
      />
      {asking?.kind === 'save' ? (
        <NameViewDialog
          title={t('web.clients.views.save.title')}
          confirmLabel={t('web.clients.views.save.go')}
          taken={saved.views}
          onClose={() => setAsking(undefined)}
          onName={async (name) => {
            const view = { id: newViewId(), name, search: shown };
            await keep([...saved.views, view]);
            void navigate({ to: paths.clients, search: { ...shown, view: view.id }, replace: true });
          }}
        />
      ) : undefined}
      {asking?.kind === 'rename' ? (
        <NameViewDialog
          title={t('web.clients.views.rename.title', { name: asking.view.name })}
          confirmLabel={t('web.clients.views.rename.go')}
          first={asking.view.name}
          taken={saved.views.filter(({ id }) => id !== asking.view.id)}
          onClose={() => setAsking(undefined)}
          onName={async (name) =>
            await keep(saved.views.map((view) => (view.id === asking.view.id ? { ...view, name } : view)))
          }
        />
      ) : undefined}
      {asking?.kind === 'remove' ? (
        <ConfirmDialog
          title={t('web.clients.views.remove.title', { name: asking.view.name })}
          confirmLabel={t('web.clients.views.remove.go')}
          cancelLabel={t('web.clients.cancel')}
          onClose={() => setAsking(undefined)}
          onConfirm={() => {
            const { view } = asking;
            setAsking(undefined);
            tell(keep(saved.views.filter(({ id }) => id !== view.id)));
            go(undefined);
          }}
        >
          <p>{t('web.clients.views.remove.sentence')}</p>
        </ConfirmDialog>
      ) : undefined}
    </>
  );
}

function NameViewDialog({
  title,
  confirmLabel,
  first = '',
  taken,
  onName,
  onClose,
}: {
  readonly title: string;
  readonly confirmLabel: string;
  readonly first?: string;
  readonly taken: readonly SavedView[];
  readonly onName: (name: string) => Promise<void>;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useTexts();
  const [name, setName] = useState(first);
  const [isTried, setIsTried] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const wanted = name.trim();
  const problem =
    wanted === ''
      ? t('web.clients.views.name.empty')
      : taken.some((view) => view.name === wanted)
        ? t('web.clients.views.name.taken')
        : undefined;
  const submit = async (): Promise<void> => {
    setIsTried(true);
    if (problem !== undefined) return;
    setIsBusy(true);
    try {
      await onName(wanted);
      onClose();
    } catch (cause) {
      setError(cause);
      setIsBusy(false);
    }
  };
  return (
    <Dialog
      size="s"
      title={title}
      isBusy={isBusy}
      onClose={onClose}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button type="submit" variant="primary" pending={isBusy}>
            {confirmLabel}
          </Button>
          <Button onClick={onClose}>{t('web.clients.cancel')}</Button>
        </>
      }
    >
      <TextField
        label={t('web.clients.views.name')}
        hint={t('web.clients.views.name.hint')}
        error={isTried ? problem : undefined}
        value={name}
        onChange={setName}
        maxLength={60}
        autoFocus
      />
      <ErrorView error={error} />
    </Dialog>
  );
}
