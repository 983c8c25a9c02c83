/** The screens that can be gone to from anywhere: one list for the rail, the phone's bars, the palette and the `g` keys. */
import { House, Settings2, Trash2, UserRound, UsersRound } from 'lucide-react';
import type { ComponentType } from 'react';
import { paths } from '../app/paths.ts';
import { DeedBoxGlyph, LedgerGlyph } from '../ui/index.ts';

export type PlaceGroup = 'work' | 'guard' | 'firm' | 'you';

export const places = [
  { id: 'today', group: 'work', path: paths.today, letter: 't', label: 'web.shell.place.today', Icon: House },
  {
    id: 'clients',
    group: 'work',
    path: paths.clients,
    letter: 'c',
    label: 'web.shell.place.clients',
    Icon: DeedBoxGlyph,
  },
  {
    id: 'ledger',
    group: 'guard',
    path: paths.ledger,
    letter: 'l',
    label: 'web.shell.place.ledger',
    Icon: LedgerGlyph,
  },
  {
    id: 'disposal',
    group: 'guard',
    path: paths.disposal,
    letter: 'd',
    label: 'web.shell.place.disposal',
    Icon: Trash2,
  },
  {
    id: 'people',
    group: 'firm',
    path: paths.people,
    letter: 'p',
    label: 'web.shell.place.people',
    Icon: UsersRound,
  },
  {
    id: 'settings',
    group: 'firm',
    path: paths.settings,
    letter: 's',
    label: 'web.shell.place.settings',
    Icon: Settings2,
  },
  { id: 'me', group: 'you', path: paths.me, letter: 'm', label: 'web.shell.place.me', Icon: UserRound },
] as const satisfies readonly {
  readonly id: string;
  readonly group: PlaceGroup;
  readonly path: string;
  readonly letter: string;
  readonly label: string;
  readonly Icon: ComponentType;
}[];

/** Whether an address lies in a place: `/clients/C-2K7Q` lies in Clients. */
export function isInPlace(path: string, address: string): boolean {
  return path === '/' ? address === '/' : address === path || address.startsWith(`${path}/`);
}
