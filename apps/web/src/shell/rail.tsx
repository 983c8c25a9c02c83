/** The left edge: mark, find or do, places in their groups, and who this is. */
import { Link, useLocation } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useId } from 'react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { useDeviceQuery, useSession } from '../keys/keys-context.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Avatar, BrandGlyph, Kbd, Menu } from '../ui/index.ts';
import type { MenuItem } from '../ui/index.ts';
import { commandKeyName } from './keyboard/use-keyboard.ts';
import { isInPlace, places } from './places.ts';

const groups = ['work', 'guard', 'firm'] as const;

export function Rail({
  onFind,
  menu,
}: {
  readonly onFind: () => void;
  readonly menu: readonly MenuItem[];
}): ReactNode {
  const { t } = useTexts();
  const session = useSession();
  const { pathname } = useLocation();
  const waitingId = useId();
  const { data: waiting = 0 } = useDeviceQuery(
    ['disposals-waiting'],
    async (keys) => await keys.device.disposals.waiting(),
  );
  return (
    <nav className="rail" aria-label={t('web.shell.nav')}>
      <Link to={paths.today} className="brand">
        <BrandGlyph />
        {t('web.start.brand')}
      </Link>
      <button type="button" className="rail-find" onClick={onFind} aria-keyshortcuts="Control+K Meta+K">
        <Search aria-hidden="true" />
        <span>{t('web.shell.find.short')}</span>
        <Kbd keys={`${commandKeyName()} K`} />
      </button>
      {groups.map((group) => (
        <div key={group} className="rail-group">
          <h2 id={`rail-${group}`}>{t(`web.shell.group.${group}`)}</h2>
          <ul aria-labelledby={`rail-${group}`}>
            {places
              .filter((place) => place.group === group)
              .map(({ id, path, label, Icon }) => (
                <li key={id}>
                  <Link
                    to={path}
                    className="rail-link"
                    aria-describedby={id === 'disposal' && waiting > 0 ? waitingId : undefined}
                    aria-current={isInPlace(path, pathname) ? 'page' : undefined}
                  >
                    <Icon aria-hidden="true" />
                    {t(label)}
                    {id === 'disposal' && waiting > 0 ? (
                      <span className="rail-count" aria-hidden="true">
                        {waiting}
                      </span>
                    ) : undefined}
                  </Link>
                  {id === 'disposal' && waiting > 0 ? (
                    <span id={waitingId} className="visually-hidden">
                      {t('web.shell.waiting', { count: waiting })}
                    </span>
                  ) : undefined}
                </li>
              ))}
          </ul>
        </div>
      ))}
      {session.kind === 'unlocked' ? (
        <div className="rail-me">
          <Link
            to={paths.me}
            className="rail-who"
            aria-current={isInPlace(paths.me, pathname) ? 'page' : undefined}
          >
            <Avatar id={session.person} name={session.personName ?? ''} />
            <span>
              <b>{session.personName ?? t('web.shell.place.me')}</b>
              <span className="rail-firm">{session.firmName}</span>
            </span>
          </Link>
          <Menu label={t('web.shell.menu.me')} items={menu} />
        </div>
      ) : undefined}
    </nav>
  );
}
