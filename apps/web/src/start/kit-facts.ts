/** What stands on the sheet of a kit beside its groups: what signing in on an empty machine asks for, and whose sheet it is. */
import type { StartView } from '../keys/contract.ts';
import type { Texts } from '../texts/texts-context.tsx';
import { formatTime } from '../ui/time/format.ts';

/** Facts of the kit that only the page knows. */
export interface KitNames {
  readonly firmName?: string;
  readonly personName?: string;
}

/** One line of the sheet. */
export interface KitFact {
  readonly id: 'firm' | 'name' | 'person' | 'server' | 'root' | 'made';
  readonly label: string;
  readonly value: string;
  /** To be typed sign by sign. */
  readonly isCode: boolean;
}

/** The lines in their order. The first sheet of a firm says that its root is still to come. */
export function listKitFacts(
  { t, intlTag }: Pick<Texts, 't' | 'intlTag'>,
  sheet: {
    readonly start: Pick<StartView, 'person'>;
    readonly names: KitNames;
    readonly root: string | undefined;
    readonly server: string;
    readonly madeAtMs: number;
  },
): readonly KitFact[] {
  const { start, names, root, server, madeAtMs } = sheet;
  const made = formatTime(madeAtMs, { tag: intlTag, style: 'date', nowMs: madeAtMs });
  const named = (id: 'firm' | 'name', label: string, value: string | undefined): readonly KitFact[] =>
    value === undefined || value === '' ? [] : [{ id, label, value, isCode: false }];
  return [
    ...named('firm', t('web.start.firm.name'), names.firmName),
    // Who joins by an invitation has no name here yet: names are read once somebody of the firm let him in.
    ...named('name', t('web.start.person.name'), names.personName ?? t('web.start.kit.name-by-hand')),
    { id: 'server', label: t('web.start.kit.server'), value: server, isCode: true },
    { id: 'person', label: t('web.start.kit.person'), value: start.person, isCode: true },
    {
      id: 'root',
      label: t('web.start.ready.root'),
      value: root ?? t('web.start.kit.root-later'),
      isCode: root !== undefined,
    },
    { id: 'made', label: t('web.start.kit.made'), value: made, isCode: false },
  ];
}
