/** The phone's frame: menu, mark and find at the top; the five places of every day at the bottom. */
import { Link, useLocation } from '@tanstack/react-router';
import { Menu as MenuIcon, Search } from 'lucide-react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { useTexts } from '../texts/texts-context.tsx';
import { BrandGlyph, IconButton, Menu } from '../ui/index.ts';
import type { MenuItem } from '../ui/index.ts';
import { isInPlace, places } from './places.ts';

export function TopBar({
  onFind,
  menu,
}: {
  readonly onFind: () => void;
  readonly menu: readonly MenuItem[];
}): ReactNode {
  const { t } = useTexts();
  const items: readonly MenuItem[] = [
    ...places.map(({ id, path, label, Icon }) => ({
      id,
      label: t(label),
      icon: <Icon aria-hidden="true" />,
      render: (props: Parameters<NonNullable<Extract<MenuItem, { label: string }>['render']>>[0]) => (
        <Link to={path} {...props} />
      ),
    })),
    { id: 'rule', isSeparator: true },
    ...menu,
  ];
  return (
    <header className="top-bar">
      <Menu
        label={t('web.shell.menu')}
        items={items}
        size="m"
        align="start"
        icon={<MenuIcon aria-hidden="true" />}
      />
      <Link to={paths.today} className="brand">
        <BrandGlyph />
        {t('web.start.brand')}
      </Link>
      <IconButton
        label={t('web.shell.find')}
        icon={<Search aria-hidden="true" />}
        isTooltipOff
        onClick={onFind}
      />
    </header>
  );
}

const everyDay: ReadonlySet<string> = new Set(['today', 'clients', 'ledger', 'people', 'me']);

export function BottomBar(): ReactNode {
  const { t } = useTexts();
  const { pathname } = useLocation();
  return (
    <nav className="bottom-bar" aria-label={t('web.shell.nav.quick')}>
      {places
        .filter(({ id }) => everyDay.has(id))
        .map(({ id, path, label, Icon }) => (
          <Link key={id} to={path} aria-current={isInPlace(path, pathname) ? 'page' : undefined}>
            <Icon aria-hidden="true" />
            <span>{id === 'people' ? t('web.shell.place.people.short') : t(label)}</span>
          </Link>
        ))}
    </nav>
  );
}
