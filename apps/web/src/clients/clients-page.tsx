/** All clients of this person: a grid that is searched, filtered, sorted and changed by the handful. */
import { Link, Outlet, useNavigate, useSearch } from '@tanstack/react-router';
import { FileInput, Funnel, Layers, Plus, UserRoundPlus } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { useSession } from '../keys/keys-context.tsx';
import { useCommands } from '../shell/commands/commands-context.tsx';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import {
  Band,
  Button,
  buttonClass,
  DeedBoxGlyph,
  EmptyState,
  formatNumber,
  formatTime,
  Menu,
  Progress,
  Skeleton,
} from '../ui/index.ts';
import type { DataGridHandle, MenuItem } from '../ui/index.ts';
import { ClientsBulk } from './bulk/clients-bulk.tsx';
import { ClientsGrid } from './clients-grid.tsx';
import { isFiltered } from './clients-search.ts';
import type { ClientsSearch } from './clients-search.ts';
import { ClientsTools } from './clients-tools.tsx';
import type { FilterChange } from './clients-tools.tsx';
import { GroupsDialog } from './groups-dialog.tsx';
import { useSavedViews } from './saved-views.ts';
import { useSearchWords } from './search-words.ts';
import { useClients, useGroups, useNamesOf } from './use-clients.ts';
import { useShownClients } from './use-shown-clients.ts';
import './clients.css';

const nobody: ReadonlySet<string> = new Set();

export function ClientsPage(): ReactNode {
  const { t, intlTag } = useTexts();
  const search = useSearch({ from: paths.clients });
  const navigate = useNavigate();
  const session = useSession();
  // Whoever makes a room is its manager, so only people who may be in rooms add clients.
  const mayAdd =
    session.kind === 'unlocked' && session.roles.some((role) => role === 'owner' || role === 'opener');
  const [words, setWords] = useSearchWords();
  const [selection, setSelection] = useState<ReadonlySet<string>>(nobody);
  const importItem: MenuItem = {
    id: 'import',
    label: t('web.clients.import'),
    icon: <FileInput aria-hidden="true" />,
    render: (props) => <Link to={paths.importClients} {...props} />,
  };
  const grid = useRef<DataGridHandle>(null);
  const clients = useClients();
  const groups = useGroups();
  const shown = useShownClients(clients, search, words);
  const isFirst = useDefaultView(search);

  const change = useCallback(
    (next: (before: ClientsSearch) => ClientsSearch): void => {
      void navigate({ to: paths.clients, search: next(search), replace: true, resetScroll: false });
    },
    [navigate, search],
  );
  const filter = (wanted: FilterChange): void => change((before) => without({ ...before, ...wanted }));
  const clear = (): void => {
    setWords('');
    change(({ order, reversed, view }) =>
      without({ order, reversed, view: view === undefined ? undefined : 'all' }),
    );
  };
  const leads = useMemo(
    () => [...new Set(clients.rows.flatMap(({ lead }) => (lead === undefined ? [] : [lead])))],
    [clients.rows],
  );
  const selected = useMemo(
    () => (selection.size === 0 ? [] : clients.rows.filter(({ room }) => selection.has(room))),
    [clients.rows, selection],
  );
  useCommands([
    ...(['hold', 'review', 'mine'] as const).map((only) => ({
      id: `only-${only}`,
      label: t('web.clients.do.filter', { filter: t(`web.clients.filter.only.${only}`) }),
      icon: <Funnel aria-hidden="true" />,
      onRun: () => filter({ only }),
    })),
    {
      id: 'groups',
      label: t('web.clients.groups'),
      icon: <Layers aria-hidden="true" />,
      onRun: () => change((before) => ({ ...before, dialog: 'groups' })),
    },
    ...(isFiltered(search) || words !== ''
      ? [{ id: 'clear', label: t('web.clients.filter.clear'), onRun: clear }]
      : []),
  ]);
  const total = clients.isComplete ? clients.rows.length : clients.totalCount;
  const isNarrowed = isFiltered(search) || shown.words !== undefined;
  const isEmpty = clients.isAsked && clients.rows.length === 0;
  const areNamesThere = clients.isAsked && clients.heldUntilMs === undefined;
  const hasNoGroup = groups.data?.length === 0;

  return (
    <div className="clients">
      <title>{t('web.clients.title')}</title>
      <header className="clients-head">
        <div className="clients-heading">
          <h1>{t('web.clients.heading')}</h1>
          <p className="muted" role="status">
            {total === 0
              ? undefined
              : isNarrowed
                ? t('web.clients.count.of', { count: shown.rows.length, total })
                : t('web.clients.count', { count: total })}
          </p>
        </div>
        <div className="clients-actions">
          <Menu
            label={t('web.clients.more')}
            variant="default"
            size="m"
            items={[
              ...(mayAdd ? [importItem] : []),
              {
                id: 'groups',
                label: t('web.clients.groups'),
                icon: <Layers aria-hidden="true" />,
                onSelect: () => change((before) => ({ ...before, dialog: 'groups' })),
              },
            ]}
          />
          {hasNoGroup || !mayAdd ? undefined : (
            <Link to={paths.newClient} search={search} className={buttonClass({ variant: 'primary' })}>
              <Plus aria-hidden="true" />
              {t('web.clients.new')}
            </Link>
          )}
        </div>
      </header>
      <ErrorView
        error={clients.error ?? groups.error ?? shown.error}
        action={
          clients.error === null ? undefined : (
            <Button onClick={clients.refetch}>{t('web.clients.again')}</Button>
          )
        }
      />
      {hasNoGroup ? (
        <EmptyState
          icon={<Layers aria-hidden="true" />}
          title={t('web.clients.none.group')}
          sentence={t('web.clients.none.group.sentence')}
          action={
            <Button
              variant="primary"
              onClick={() => change((before) => ({ ...before, dialog: 'new-group' }))}
            >
              {t('web.clients.groups.add-first')}
            </Button>
          }
        />
      ) : isEmpty && !mayAdd ? (
        <EmptyState
          icon={<DeedBoxGlyph />}
          title={t('web.clients.none.mine')}
          sentence={t('web.clients.none.mine.sentence')}
        />
      ) : isEmpty ? (
        <EmptyState
          icon={<DeedBoxGlyph />}
          title={t('web.clients.none')}
          sentence={t('web.clients.none.sentence')}
          action={
            <>
              <Link to={paths.newClient} className={buttonClass({ variant: 'primary' })}>
                <UserRoundPlus aria-hidden="true" />
                {t('web.clients.none.add')}
              </Link>
              <Link to={paths.importClients} className={buttonClass()}>
                {t('web.clients.import')}
              </Link>
            </>
          }
        />
      ) : (
        <>
          <ClientsTools
            search={search}
            leads={leads}
            words={words}
            onWords={setWords}
            onFilter={filter}
            onArrowDown={() => grid.current?.focusFirst()}
          />
          {clients.isComplete || clients.totalCount === 0 || clients.error !== null ? undefined : (
            <div className="clients-progress">
              <Progress
                label={t('web.clients.decrypting')}
                value={clients.doneCount}
                max={Math.max(1, clients.totalCount)}
              />
              <span className="muted small">
                {t('web.clients.decrypted', {
                  done: formatNumber(intlTag, clients.doneCount),
                  total: formatNumber(intlTag, clients.totalCount),
                })}
              </span>
            </div>
          )}
          {clients.heldUntilMs === undefined ? undefined : (
            <Band kind="info" isLive>
              {t('web.clients.held-until', {
                time: formatTime(clients.heldUntilMs, {
                  tag: intlTag,
                  style: 'time',
                  nowMs: clients.heldUntilMs,
                }),
              })}
            </Band>
          )}
          {clients.rows.length === 0 || isFirst ? (
            clients.error === null ? (
              <Skeleton label={t('web.clients.loading')} lines={8} />
            ) : undefined
          ) : shown.rows.length === 0 ? (
            <NothingFound
              search={search}
              words={shown.words}
              isComplete={areNamesThere}
              onEverywhere={filter}
              onClear={clear}
            />
          ) : (
            <ClientsGrid
              ref={grid}
              label={t('web.clients.heading')}
              rows={shown.rows}
              isComplete={areNamesThere}
              order={search}
              isByMatch={shown.words !== undefined}
              onSort={(order, isReversed) =>
                change((before) => without({ ...before, order, reversed: isReversed ? true : undefined }))
              }
              selection={selection}
              onSelectionChange={setSelection}
              onOpen={({ code }) => void navigate({ to: paths.room, params: { code } })}
            />
          )}
          {selected.length === 0 ? undefined : (
            <ClientsBulk rows={selected} onClear={() => setSelection(nobody)} />
          )}
        </>
      )}
      {search.dialog === undefined ? undefined : (
        <GroupsDialog
          isNew={search.dialog === 'new-group'}
          clients={clients.isComplete ? clients.rows : undefined}
          onNew={() => change((before) => ({ ...before, dialog: 'new-group' }))}
          onShow={(group) => change(() => ({ group, view: 'all' }))}
          onClose={() => change(({ dialog: _dialog, ...before }) => before)}
        />
      )}
      <Outlet />
    </div>
  );
}

/** Takes out what is undefined. */
function without(search: {
  readonly [K in keyof ClientsSearch]?: ClientsSearch[K] | undefined;
}): ClientsSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}

/** Goes to the default view where the address asks for nothing. True while that is not decided. */
function useDefaultView(search: ClientsSearch): boolean {
  const navigate = useNavigate();
  const { saved, isKnown } = useSavedViews();
  const asksNothing = Object.keys(search).length === 0;
  const view = saved.views.find(({ id }) => id === saved.defaultId);
  const isDue = asksNothing && isKnown && view !== undefined;
  useEffect(() => {
    if (isDue && view !== undefined)
      void navigate({ to: paths.clients, search: { ...view.search, view: view.id }, replace: true });
  }, [isDue, view, navigate]);
  return isDue || (asksNothing && !isKnown);
}

function NothingFound({
  search,
  words,
  isComplete,
  onEverywhere,
  onClear,
}: {
  readonly search: ClientsSearch;
  readonly words: string | undefined;
  readonly isComplete: boolean;
  readonly onEverywhere: (change: FilterChange) => void;
  readonly onClear: () => void;
}): ReactNode {
  const { t } = useTexts();
  const { groupNames } = useNamesOf();
  const group = search.group === undefined ? undefined : groupNames.get(search.group);
  const { class: clientClass, lead, only } = search;
  const hasOther = clientClass !== undefined || lead !== undefined || only !== undefined;
  const where = group === undefined ? t('web.clients.found.all') : t('web.clients.found.group', { group });
  return (
    <EmptyState
      title={words === undefined ? t('web.clients.found.none') : t('web.clients.found.none.for', { words })}
      sentence={
        <>
          {hasOther ? t('web.clients.found.filtered', { where }) : t('web.clients.found.where', { where })}
          {isComplete ? undefined : ` ${t('web.clients.found.later')}`}
        </>
      }
      action={
        isFiltered(search) ? (
          <Button
            variant="primary"
            onClick={
              words === undefined
                ? onClear
                : () => onEverywhere({ class: undefined, group: undefined, lead: undefined, only: undefined })
            }
          >
            {t(words === undefined ? 'web.clients.found.show-all' : 'web.clients.found.everywhere')}
          </Button>
        ) : (
          <Button onClick={onClear}>{t('web.clients.search.clear')}</Button>
        )
      }
    />
  );
}
