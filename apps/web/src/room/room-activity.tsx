/** The right column of the first tab: what people did, day by day, and who is in the room. */
import { Link } from '@tanstack/react-router';
import type { LineRow } from '@strongroom/device';
import type { ReactNode } from 'react';
import { Avatar, Card, EmptyState, Skeleton, Time, buttonClass, dayOf, formatTime } from '../ui/index.ts';
import { nowMs } from '../clock.ts';
import { paths } from '../app/paths.ts';
import { describeLine } from '../ledger-words/describe-line.tsx';
import { tellingKinds, toneOfLine } from '../ledger-words/line-groups.ts';
import { useTexts } from '../texts/texts-context.tsx';
import type { Texts } from '../texts/texts-context.tsx';
import { startSentence } from '../texts/start-sentence.ts';
import { groupActivity } from './group-activity.ts';
import type { Activity } from './group-activity.ts';
import { MemberState } from './member-state.tsx';
import { useRoom } from './room-context.ts';
import { useAccess, useLines, useMyRights, useNamesInRoom } from './room-queries.ts';

const linesRead = 60;
const toldMax = 7;
const peopleMax = 6;

export function RoomActivity(): ReactNode {
  return (
    <div className="room-side">
      <ActivityCard />
      <PeopleCard />
    </div>
  );
}

function ActivityCard(): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const { room, vault, code } = useRoom();
  const names = useNamesInRoom(room);
  const { person } = useMyRights(room);
  const page = useLines({ ledger: vault, room, kinds: tellingKinds, count: linesRead });
  const told = groupActivity(page.data?.lines ?? []).slice(0, toldMax);
  return (
    <Card
      title={t('web.room.activity')}
      isPadded={false}
      actions={
        <Link to={paths.roomLedger} params={{ code }} className={buttonClass({ size: 's' })}>
          {t('web.room.activity.all')}
        </Link>
      }
    >
      {page.data === undefined && page.error === null ? (
        <Skeleton label={t('web.room.activity.loading')} lines={4} />
      ) : undefined}
      {page.data !== undefined && told.length === 0 ? (
        <EmptyState title={t('web.room.activity.none')} />
      ) : undefined}
      {byDay(told).map(([day, items]) => (
        <section key={day} className="activity-day">
          <h3>{nameOfDay(items[0]?.line.atMs ?? 0, texts)}</h3>
          <ol>
            {items.map(({ line }) => (
              <li
                key={line.index}
                className="activity"
                data-tone={toneOfLine(line)}
                data-mine={line.person === person ? '' : undefined}
              >
                <p>{describeLine(line, texts, { names, show: (part) => linkOf(part, line, code) })}</p>
                <p className="row-under">
                  <Time atMs={line.atMs} format="time" />
                </p>
              </li>
            ))}
          </ol>
        </section>
      ))}
    </Card>
  );
}

/** Documents in a sentence lead to the document, unless it is gone. */
export function linkOf(
  part: { readonly kind: string; readonly text: string; readonly id?: string },
  line: Pick<LineRow, 'kind'>,
  code: string,
): ReactNode | undefined {
  if (part.kind !== 'record' || part.id === undefined || line.kind === 'destroyed') return undefined;
  return (
    <Link to={paths.document} params={{ code, record: part.id }} className="line-record" dir="auto">
      {part.text}
    </Link>
  );
}

function byDay(told: readonly Activity[]): readonly (readonly [string, readonly Activity[]])[] {
  const days = new Map<string, Activity[]>();
  for (const each of told) {
    const day = dayOf(each.line.atMs);
    days.set(day, [...(days.get(day) ?? []), each]);
  }
  return [...days];
}

/** Today and yesterday by name, other days by date. */
function nameOfDay(atMs: number, { intlTag }: Texts): string {
  const now = nowMs();
  const days = Math.round((Date.parse(dayOf(now)) - Date.parse(dayOf(atMs))) / 86_400_000);
  if (days > 1) return formatTime(atMs, { tag: intlTag, style: 'long-date', nowMs: now });
  const word = new Intl.RelativeTimeFormat(intlTag, { numeric: 'auto' }).format(-days, 'day');
  return startSentence(word, intlTag);
}

function PeopleCard(): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const { room, code } = useRoom();
  const access = useAccess(room);
  const members = access.data?.members ?? [];
  return (
    <Card
      title={t('web.room.tab.people')}
      isPadded={false}
      actions={
        <Link to={paths.roomPeople} params={{ code }} className={buttonClass({ size: 's' })}>
          {t('web.room.people.all')}
        </Link>
      }
    >
      {access.data === undefined && access.error === null ? (
        <Skeleton label={t('web.room.people.loading')} lines={3} />
      ) : undefined}
      <ul className="people-list">
        {members
          .toSorted((left, right) => Number(right.role === 'manager') - Number(left.role === 'manager'))
          .slice(0, peopleMax)
          .map((member) => (
            <li key={member.person}>
              <Avatar id={member.person} name={member.name ?? t('web.room.person.nameless')} />
              <div>
                <b>{member.name ?? t('web.room.person.nameless')}</b>
                <span className="row-under">
                  <MemberState member={member} />
                </span>
              </div>
            </li>
          ))}
      </ul>
      {members.length > peopleMax ? (
        <p className="people-more">{t('web.room.and-more', { count: members.length - peopleMax })}</p>
      ) : undefined}
    </Card>
  );
}
