/** Chooses a person of the firm, or nobody. */
import type { PersonId } from '@strongroom/core';
import { useCallback, useMemo } from 'react';
import type { ReactNode } from 'react';
import { useSession } from '../keys/keys-context.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Avatar, Combobox } from '../ui/index.ts';
import type { ComboboxOption } from '../ui/index.ts';
import { foldName } from './conflicts.ts';
import { usePeople } from './use-clients.ts';

export interface PersonPickerProps {
  readonly label: string;
  readonly note?: string;
  readonly hint?: string;
  readonly error?: string | undefined;
  readonly value: PersonId | undefined;
  readonly onChange: (person: PersonId | undefined) => void;
  readonly autoFocus?: boolean;
}

/** A person who works here. Oneself first, then by name; suspended and gone ones say so. */
export function PersonPicker({ value, onChange, ...rest }: PersonPickerProps): ReactNode {
  const { t, intlTag } = useTexts();
  const session = useSession();
  const me = session.kind === 'unlocked' ? session.person : '';
  const people = usePeople();
  const options = useMemo((): readonly (ComboboxOption & { readonly id: PersonId })[] => {
    const collator = new Intl.Collator(intlTag);
    return (people.data ?? [])
      .filter(({ state, name }) => state !== 'withdrawn' && name !== undefined)
      .map(({ person, name = '', state }) => ({
        id: person,
        label: name,
        icon: <Avatar id={person} name={name} size="s" />,
        ...(person === me ? { detail: t('web.clients.person.me') } : {}),
        ...(state === 'suspended' ? { disabledReason: t('web.clients.person.suspended') } : {}),
      }))
      .sort(
        (left, right) =>
          Number(right.id === me) - Number(left.id === me) || collator.compare(left.label, right.label),
      );
  }, [people.data, me, intlTag, t]);
  const find = useCallback(
    (query: string) => {
      const words = foldName(query);
      return options.filter(({ label }) => foldName(label).includes(words));
    },
    [options],
  );
  return (
    <Combobox
      {...rest}
      value={options.find(({ id }) => id === value)}
      onChange={(option) => onChange(option?.id as PersonId | undefined)}
      find={find}
      emptyText={t('web.clients.person.none')}
      placeholder={t('web.clients.person.placeholder')}
    />
  );
}
