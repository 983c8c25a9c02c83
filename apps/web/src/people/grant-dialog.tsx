/**
 * Gives a person access to a room. Before anything is signed it says in one sentence what the person will be able to do; after the
 * button the grant waits ten seconds on this device, so that a slip can be taken back without a trace.
 */
import type { GrantPreview, PersonRow, RoomRole } from '@strongroom/device';
import type { PersonId, RoomId } from '@strongroom/core';
import { Link } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { nowMs } from '../clock.ts';
import { useDeviceQuery, useKeys } from '../keys/keys-context.tsx';
import { useWhen } from '../room/use-when.ts';
import { describeError } from '../texts/error-words.ts';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import {
  Avatar,
  Band,
  Button,
  Checkbox,
  Combobox,
  DateField,
  dayOf,
  Dialog,
  formatLine,
  NativeSelect,
  RadioGroup,
  useToast,
} from '../ui/index.ts';
import type { ComboboxOption } from '../ui/index.ts';
import { useWalls, wallsPlace } from './walls/use-walls.ts';
import { isPageLeaving } from './page-leaving.ts';
import { usePersonStates } from './person-state.ts';
import './people.css';

const dayMs = 86_400_000;
const spans = ['7', '30', '90', 'date', 'none'] as const;
type Span = (typeof spans)[number];

/** The last second of a calendar day where the person is. */
function endOfDay(day: string): number {
  return Date.parse(`${day}T23:59:59`);
}

export function GrantDialog({
  room,
  code,
  onClose,
}: {
  readonly room: RoomId;
  /** Of the room's client. */
  readonly code: string;
  readonly onClose: () => void;
}): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const keys = useKeys();
  const toast = useToast();
  const when = useWhen();
  const stateOf = usePersonStates();
  const people = useDeviceQuery(['people'], async (asked) => await asked.device.people.list());
  const access = useDeviceQuery(['access', room], async (asked) => await asked.device.access.list(room));
  const [chosen, setChosen] = useState<ComboboxOption>();
  const [role, setRole] = useState<RoomRole>('member');
  const [withHistory, setWithHistory] = useState(true);
  const [span, setSpan] = useState<Span>('30');
  const [day, setDay] = useState('');
  const person = chosen?.id as PersonId | undefined;
  const walls = useWalls(room);
  const wall = walls.data?.find((each) => each.person === person);
  const preview = useDeviceQuery(
    ['grant-preview', room, person],
    async (asked) => await asked.device.access.preview({ room, ...(person === undefined ? {} : { person }) }),
    { isEnabled: person !== undefined },
  );
  const options = useMemo(
    () => (people.data ?? []).filter(({ isMe }) => !isMe).map(toOption),
    [people.data, access.data],
  );
  function toOption(row: PersonRow): ComboboxOption {
    const name = row.name ?? t('web.people.nameless');
    const member = access.data?.members.find((each) => each.person === row.person);
    const reason =
      member !== undefined
        ? // Whoever a wall keeps out can be chosen: the dialog then says so, and leads to the wall.
          member.isWalled
          ? undefined
          : t('web.people.grant.member')
        : row.state === 'suspended'
          ? t('web.people.grant.suspended')
          : row.state !== 'active'
            ? t('web.people.grant.not-enrolled')
            : row.isAdmitted
              ? undefined
              : t('web.people.grant.not-admitted');
    return {
      id: row.person,
      label: name,
      detail: stateOf(row),
      icon: <Avatar id={row.person} name={name} size="s" />,
      ...(reason === undefined ? {} : { disabledReason: reason }),
    };
  }
  const find = useCallback(
    (query: string) => {
      const wanted = query.trim().toLocaleLowerCase();
      return options.filter(({ label }) => label.toLocaleLowerCase().includes(wanted));
    },
    [options],
  );
  const endsAtMs =
    span === 'none'
      ? undefined
      : span === 'date'
        ? day === ''
          ? undefined
          : endOfDay(day)
        : endOfDay(dayOf(nowMs() + Number(span) * dayMs));
  const facts = preview.data;
  const name = chosen?.label ?? '';
  const documents =
    facts === undefined ? 0 : facts.documents - (withHistory ? 0 : facts.documentsWithHistoryOnly);
  // Which classes open from now on alone is not known apart, so the sentence names none then.
  const reach = { name, count: documents };
  const withSecret = { ...reach, secret: String(facts?.byClass[3] ?? 0) };
  const isWhole = withHistory || facts?.documentsWithHistoryOnly === 0;
  const until = endsAtMs === undefined ? undefined : when(endsAtMs, 'date-time', true);
  const sentence =
    until === undefined
      ? isWhole
        ? t('web.people.grant.sentence', withSecret)
        : t('web.people.grant.sentence.new', reach)
      : isWhole
        ? t('web.people.grant.sentence.until', { ...withSecret, date: until })
        : t('web.people.grant.sentence.new.until', { ...reach, date: until });
  const reason =
    person === undefined
      ? t('web.people.grant.choose')
      : span === 'date' && day === ''
        ? t('web.people.grant.choose-date')
        : endsAtMs !== undefined && endsAtMs <= nowMs()
          ? t('web.people.grant.past')
          : facts === undefined
            ? t('web.people.loading')
            : facts.person?.isWalled === true
              ? t('web.people.grant.walled')
              : facts.mayGrant
                ? undefined
                : t('web.people.grant.may-not');
  const grant = (): void => {
    if (person === undefined || reason !== undefined) return;
    const fingerprint = facts?.person?.fingerprint;
    const send = async (): Promise<void> => {
      const { line } = await keys.device.access.grant({
        room,
        person,
        role,
        withHistory,
        ...(endsAtMs === undefined ? {} : { endsAtMs }),
        ...(fingerprint === undefined ? {} : { fingerprint }),
      });
      toast.show({ tone: 'ok', text: t('web.people.grant.done', { name, line: formatLine(line.index) }) });
    };
    toast.show({
      text: t('web.people.grant.held', { name }),
      undo: () => toast.show({ text: t('web.people.grant.undone') }),
      held: {
        nowLabel: t('web.people.grant.now'),
        onSettled: () => {
          // Who leaves the page within the ten seconds has not granted: nothing was signed.
          if (isPageLeaving()) return;
          void send().catch((error: unknown) =>
            toast.show({ tone: 'bad', text: describeError(error, texts).title }),
          );
        },
      },
    });
    onClose();
  };
  return (
    <Dialog
      title={t('web.people.grant.title')}
      onClose={onClose}
      onSubmit={grant}
      footer={
        <>
          <Button type="submit" variant="primary" disabledReason={reason}>
            {t('web.people.grant.submit')}
          </Button>
          <Button onClick={onClose}>{t('web.people.cancel')}</Button>
        </>
      }
    >
      <div className="people-form">
        <Combobox
          label={t('web.people.person')}
          value={chosen}
          onChange={setChosen}
          find={find}
          emptyText={t('web.people.nobody-found')}
          autoFocus
        />
        <RadioGroup<RoomRole>
          label={t('web.people.grant.level')}
          value={role}
          options={[
            {
              value: 'member',
              label: t('web.people.grant.level.member'),
              hint: t('web.people.grant.level.member.hint'),
            },
            {
              value: 'manager',
              label: t('web.people.grant.level.manager'),
              hint: t('web.people.grant.level.manager.hint'),
            },
          ]}
          onChange={setRole}
        />
        {facts?.hasHistory === true ? (
          <Checkbox label={t('web.people.grant.history')} isChecked={withHistory} onChange={setWithHistory} />
        ) : undefined}
        <NativeSelect<Span>
          label={t('web.people.grant.until')}
          value={span}
          options={spans.map((value) => ({ value, label: t(`web.people.grant.until.${value}`) }))}
          onChange={setSpan}
        />
        {span === 'date' ? (
          <DateField label={t('web.people.grant.day')} value={day} min={dayOf(nowMs())} onChange={setDay} />
        ) : undefined}
        <ErrorView error={preview.error} />
        {wall === undefined ? undefined : (
          <Band
            kind="bad"
            isLive
            action={
              <Link to={paths.roomPeople} params={{ code }} hash={wallsPlace} onClick={onClose}>
                {t('web.people.grant.wall.see')}
              </Link>
            }
          >
            {t('web.people.grant.wall', {
              name,
              date: when(wall.raisedAtMs, 'date'),
              line: formatLine(wall.raisedLine),
            })}
          </Band>
        )}
        {facts === undefined || person === undefined || wall !== undefined ? undefined : (
          <>
            {span === 'date' && day === '' ? undefined : (
              <Band kind="info" isLive>
                {sentence} {t('web.people.grant.keeps')}
              </Band>
            )}
            {facts.person === undefined ? undefined : <Compared person={facts.person} name={name} />}
          </>
        )}
      </div>
    </Dialog>
  );
}

/** The fingerprint, and who compared it when the person was let in: it is not compared again at a grant. */
function Compared({
  person,
  name,
}: {
  readonly person: NonNullable<GrantPreview['person']>;
  readonly name: string;
}): ReactNode {
  const { t } = useTexts();
  const when = useWhen();
  const { admission, fingerprint } = person;
  if (fingerprint === undefined) return undefined;
  return (
    <p className="row-under grant-compared">
      <span className="mono">{fingerprint}</span>
      {admission === undefined
        ? t('web.people.grant.founder', { name })
        : t('web.people.grant.compared', {
            name,
            who: admission.byName ?? t('web.people.nameless'),
            date: when(admission.atMs, 'date'),
            line: formatLine(admission.index),
          })}
    </p>
  );
}
