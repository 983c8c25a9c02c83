/** The row over the grid: search, filters, saved views. Everything but the words goes into the address. */
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useMemo } from 'react';
import { useSession } from '../keys/keys-context.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Button, NativeSelect, SearchField } from '../ui/index.ts';
import { classTitle } from './class-words.ts';
import { clientKinds, isFiltered } from './clients-search.ts';
import type { ClientClass, ClientFilters, ClientsSearch } from './clients-search.ts';
import { useGroups, useNamesOf } from './use-clients.ts';
import { ViewsMenu } from './views-menu.tsx';

/** Every filter, each empty where nothing is given. */
export type FilterChange = { readonly [K in keyof ClientFilters]?: ClientFilters[K] | undefined };

export interface ClientsToolsProps {
  readonly search: ClientsSearch;
  /** People who lead a client. */
  readonly leads: readonly string[];
  readonly words: string;
  readonly onWords: (words: string) => void;
  readonly onFilter: (change: FilterChange) => void;
  readonly onArrowDown: () => void;
}

export function ClientsTools({
  search,
  leads,
  words,
  onWords,
  onFilter,
  onArrowDown,
}: ClientsToolsProps): ReactNode {
  const texts = useTexts();
  const { t, intlTag } = texts;
  const session = useSession();
  const me = session.kind === 'unlocked' ? session.person : '';
  const groups = useGroups();
  const { groupNames, personNames } = useNamesOf();
  const groupName = search.group === undefined ? undefined : groupNames.get(search.group);
  const leadOptions = useMemo(() => {
    const collator = new Intl.Collator(intlTag);
    const shown = new Set([...leads, ...(search.lead?.startsWith('per_') === true ? [search.lead] : [])]);
    return [...shown]
      .map((person) => ({ value: person, label: personNames.get(person) ?? person.slice(0, 10) }))
      .sort(
        (left, right) =>
          Number(right.value === me) - Number(left.value === me) || collator.compare(left.label, right.label),
      );
  }, [leads, search.lead, personNames, me, intlTag]);
  return (
    <div className="clients-tools">
      <SearchField
        label={
          groupName === undefined
            ? t('web.clients.search.all')
            : t('web.clients.search.group', { group: groupName })
        }
        value={words}
        onChange={onWords}
        clearLabel={t('web.clients.search.clear')}
        isFocusedFirst
        onArrowDown={onArrowDown}
      />
      <NativeSelect
        label={t('web.clients.filter.class.label')}
        isLabelHidden
        value={search.class === undefined ? '' : String(search.class)}
        options={[
          { value: '', label: t('web.clients.filter.class') },
          ...([0, 1, 2, 3] as const).map((value) => ({
            value: String(value),
            label: classTitle(value, texts),
          })),
        ]}
        onChange={(value) => onFilter({ class: value === '' ? undefined : (Number(value) as ClientClass) })}
      />
      {(groups.data?.length ?? 0) > 1 || search.group !== undefined ? (
        <NativeSelect
          label={t('web.clients.filter.group.label')}
          isLabelHidden
          value={search.group ?? ''}
          options={[
            { value: '', label: t('web.clients.filter.group') },
            ...[...groupNames].map(([value, label]) => ({ value, label })),
          ]}
          onChange={(value) => onFilter({ group: value === '' ? undefined : value })}
        />
      ) : undefined}
      <NativeSelect
        label={t('web.clients.filter.lead.label')}
        isLabelHidden
        value={search.lead ?? ''}
        options={[
          { value: '', label: t('web.clients.filter.lead') },
          ...leadOptions,
          { value: 'none', label: t('web.clients.filter.lead.none') },
        ]}
        onChange={(value) => onFilter({ lead: value === '' ? undefined : value })}
      />
      <NativeSelect
        label={t('web.clients.filter.only.label')}
        isLabelHidden
        value={search.only ?? ''}
        options={[
          { value: '', label: t('web.clients.filter.only') },
          ...clientKinds.map((value) => ({ value, label: t(`web.clients.filter.only.${value}`) })),
        ]}
        onChange={(value) => onFilter({ only: value === '' ? undefined : value })}
      />
      {isFiltered(search) ? (
        <Button
          variant="quiet"
          icon={<X aria-hidden="true" />}
          onClick={() => onFilter({ class: undefined, group: undefined, lead: undefined, only: undefined })}
        >
          {t('web.clients.filter.clear')}
        </Button>
      ) : undefined}
      <div className="clients-views">
        <ViewsMenu search={search} />
      </div>
    </div>
  );
}
