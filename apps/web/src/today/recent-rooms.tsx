/** The rooms in which something happened last, one click away. */
import type { ClientRow } from '@strongroom/device';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { useTexts } from '../texts/texts-context.tsx';
import { Card, HoldTapeGlyph, KeyBit, Time } from '../ui/index.ts';

const shown = 8;

export function RecentRooms({ clients }: { readonly clients: readonly ClientRow[] }): ReactNode {
  const { t } = useTexts();
  const recent = clients
    .filter(({ lastActivityAtMs }) => lastActivityAtMs !== undefined)
    .toSorted((left, right) => (right.lastActivityAtMs ?? 0) - (left.lastActivityAtMs ?? 0))
    .slice(0, shown);
  if (recent.length === 0) return undefined;
  return (
    <Card title={t('web.today.recent')} isPadded={false}>
      <ul className="today-rooms">
        {recent.map((client) => (
          <li key={client.room}>
            <Link to={paths.room} params={{ code: client.code }}>
              <span className="mono muted">{client.code}</span>
              <span className="today-room-name" dir="auto">
                {client.name ?? client.code}
              </span>
              {client.isOnHold ? <HoldTapeGlyph role="img" aria-label={t('web.today.held')} /> : undefined}
              <KeyBit value={client.class} label={t(`class.${client.class}`)} />
              <span className="row-under">
                {client.lastActivityAtMs === undefined ? undefined : (
                  <Time atMs={client.lastActivityAtMs} isRelative />
                )}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}
