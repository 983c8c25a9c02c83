/** The people of the firm: who they are, where they stand, and who is on the way in. */
import type { PersonRow } from '@strongroom/device';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { useDeviceMutation, useDeviceQuery, useSession } from '../keys/keys-context.tsx';
import { useCommands } from '../shell/commands/commands-context.tsx';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import {
  Avatar,
  Button,
  Card,
  ConfirmDialog,
  EmptyState,
  NativeSelect,
  Skeleton,
  Table,
  Time,
} from '../ui/index.ts';
import { InviteDialog } from './invite-dialog.tsx';
import { firmRoles, readPeopleSearch } from './people-search.ts';
import type { PeopleSearch } from './people-search.ts';
import { personState, personStates, usePersonStates } from './person-state.ts';
import { wordsOfRoles } from './role-words.ts';
import { WallsCard } from './walls/walls-card.tsx';
import './person-cell.css';
import './people.css';

const everybody = 'all';

/** Who was only invited has no devices and no rooms to count. */
function hasJoined({ state }: PersonRow): boolean {
  return state === 'active' || state === 'suspended';
}

export function PeoplePage(): ReactNode {
  const texts = useTexts();
  const { t, intlTag } = texts;
  const session = useSession();
  const navigate = useNavigate();
  const search = useSearch({ from: paths.people });
  const { state, role: wanted } = search;
  const stateOf = usePersonStates();
  const [isInviting, setIsInviting] = useState(false);
  const [withdrawing, setWithdrawing] = useState<PersonRow>();
  const people = useDeviceQuery(['people'], async (keys) => await keys.device.people.list());
  const withdraw = useDeviceMutation(async (keys, row: PersonRow) => {
    if (row.invitation !== undefined) await keys.device.people.withdraw(row.invitation.invitation);
  });
  const isAdministrator =
    session.kind === 'unlocked' &&
    (session.roles.includes('administrator') || session.roles.includes('owner'));
  const rows = (people.data ?? [])
    .filter((row) => (state === undefined ? row.state !== 'withdrawn' : personState(row) === state))
    .filter((row) => wanted === undefined || row.roles.includes(wanted))
    .toSorted((left, right) => nameOf(left).localeCompare(nameOf(right), intlTag));
  function choose(name: keyof PeopleSearch, value: string | undefined): void {
    void navigate({
      to: paths.people,
      search: readPeopleSearch({ ...search, [name]: value }),
      replace: true,
    });
  }
  function nameOf(row: PersonRow): string {
    return row.name ?? t('web.people.nameless');
  }
  useCommands([
    {
      id: 'invite',
      label: t('web.people.invite'),
      icon: <UserPlus aria-hidden="true" />,
      disabledReason: isAdministrator ? undefined : t('web.people.only-administrators'),
      onRun: () => setIsInviting(true),
    },
  ]);
  return (
    <>
      <title>{t('web.people.title')}</title>
      <div className="people-head">
        <h1>{t('web.people.heading')}</h1>
        <Button
          variant="primary"
          icon={<UserPlus aria-hidden="true" />}
          disabledReason={isAdministrator ? undefined : t('web.people.only-administrators')}
          onClick={() => setIsInviting(true)}
        >
          {t('web.people.invite')}
        </Button>
      </div>
      <ErrorView error={people.error} />
      <Card
        className="people-list-card"
        title={t('web.people.list')}
        isPadded={false}
        tools={
          <>
            <Filter
              label={t('web.people.state')}
              all={t('web.people.state.all')}
              values={personStates}
              chosen={state}
              word={(value) => t(`web.people.state.${value}`)}
              onChange={(value) => choose('state', value)}
            />
            <Filter
              label={t('web.people.role')}
              all={t('web.people.role.all')}
              values={firmRoles}
              chosen={wanted}
              word={(value) => t(`web.people.role.${value}`)}
              onChange={(value) => choose('role', value)}
            />
          </>
        }
      >
        {people.data === undefined && people.error === null ? (
          <Skeleton label={t('web.people.loading')} lines={6} />
        ) : rows.length === 0 ? (
          <EmptyState title={t(people.data?.length === 0 ? 'web.people.none' : 'web.people.none.found')} />
        ) : (
          <Table
            label={t('web.people.list')}
            rows={rows}
            rowKey={({ person }) => person}
            rowState={({ state: standing }) => (standing === 'active' ? undefined : 'muted')}
            columns={[
              {
                id: 'person',
                title: t('web.people.person'),
                card: 'main',
                cell: (row) => (
                  <div className="person-cell">
                    <Avatar id={row.person} name={nameOf(row)} />
                    <div>
                      <Link to={paths.person} params={{ person: row.person }}>
                        {nameOf(row)}
                      </Link>
                      <span className="row-under">
                        {wordsOfRoles(row.roles, texts)}
                        {row.isMe ? ` · ${t('web.people.me')}` : ''}
                      </span>
                    </div>
                  </div>
                ),
              },
              {
                id: 'state',
                title: t('web.people.state'),
                width: '190px',
                cell: (row) => (
                  <span className="people-state" data-state={personState(row)}>
                    {stateOf(row)}
                  </span>
                ),
              },
              {
                id: 'devices',
                title: t('web.people.devices'),
                width: '100px',
                card: 'hidden',
                align: 'end',
                cell: (row) => (hasJoined(row) ? row.deviceCount : undefined),
              },
              {
                id: 'rooms',
                title: t('web.people.rooms'),
                width: '130px',
                card: 'hidden',
                align: 'end',
                cell: (row) => (hasJoined(row) ? row.rooms : undefined),
              },
              {
                id: 'seen',
                title: t('web.people.seen'),
                width: '150px',
                card: 'hidden',
                cell: (row) =>
                  row.lastSignInAtMs === undefined ? undefined : (
                    <Time atMs={row.lastSignInAtMs} isRelative />
                  ),
              },
              {
                id: 'actions',
                title: t('web.people.actions'),
                isTitleHidden: true,
                width: '140px',
                align: 'end',
                card: 'aside',
                cell: (row) =>
                  row.invitation === undefined || !isAdministrator ? undefined : (
                    <Button size="s" onClick={() => setWithdrawing(row)}>
                      {t('web.people.withdraw')}
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Card>
      <WallsCard />
      {isInviting ? <InviteDialog onClose={() => setIsInviting(false)} /> : undefined}
      {withdrawing === undefined ? undefined : (
        <ConfirmDialog
          title={t('web.people.withdraw.title', { name: nameOf(withdrawing) })}
          confirmLabel={t('web.people.withdraw')}
          cancelLabel={t('web.people.cancel')}
          isPending={withdraw.isPending}
          onConfirm={() => withdraw.mutate(withdrawing, { onSuccess: () => setWithdrawing(undefined) })}
          onClose={() => setWithdrawing(undefined)}
        >
          <p>{t('web.people.withdraw.sentence')}</p>
          <ErrorView error={withdraw.error} />
        </ConfirmDialog>
      )}
    </>
  );
}

/** Everybody, or those of one value. */
function Filter<T extends string>({
  label,
  all,
  values,
  chosen,
  word,
  onChange,
}: {
  readonly label: string;
  readonly all: string;
  readonly values: readonly T[];
  readonly chosen: T | undefined;
  readonly word: (value: T) => string;
  readonly onChange: (value: T | undefined) => void;
}): ReactNode {
  return (
    <NativeSelect<T | typeof everybody>
      size="s"
      isLabelHidden
      label={label}
      value={chosen ?? everybody}
      options={[{ value: everybody, label: all }, ...values.map((value) => ({ value, label: word(value) }))]}
      onChange={(value) => onChange(value === everybody ? undefined : value)}
    />
  );
}
