/** The fields of a client, for a new one and for one that is changed. */
import type { RecordClass } from '@strongroom/device';
import { X } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import type { ReactNode } from 'react';
import { listCountries } from '../start/countries.ts';
import { useTexts } from '../texts/texts-context.tsx';
import {
  Combobox,
  DateField,
  IconButton,
  KeyBit,
  NativeSelect,
  RadioGroup,
  TextArea,
  TextField,
} from '../ui/index.ts';
import { classTitle } from './class-words.ts';
import { nameLengthMax } from './client-fields.ts';
import type { ClientFields } from './client-fields.ts';
import { foldName } from './conflicts.ts';
import { PersonPicker } from './person-picker.tsx';
import { useNamesOf } from './use-clients.ts';
import './client-form.css';

export interface ClientFormProps {
  readonly fields: ClientFields;
  readonly onChange: (fields: ClientFields) => void;
  readonly nameError?: string | undefined;
  /** Group and class are chosen when a client is added, and not later. */
  readonly isNew: boolean;
  /** Stands under the names: who may be the same. */
  readonly conflicts: ReactNode;
}

const classes = ['1', '2', '3', '0'] as const;

export function ClientForm({ fields, onChange, nameError, isNew, conflicts }: ClientFormProps): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const { groupNames } = useNamesOf();
  const set = (change: Partial<ClientFields>): void => onChange({ ...fields, ...change });
  return (
    <div className="client-form">
      <TextField
        label={t('web.clients.field.name')}
        value={fields.name}
        onChange={(name) => set({ name })}
        error={nameError}
        maxLength={nameLengthMax}
        spellCheck={false}
        autoFocus
      />
      <TextArea
        label={t('web.clients.field.aliases')}
        note={t('web.clients.optional')}
        hint={t('web.clients.field.aliases.hint')}
        value={fields.aliases}
        onChange={(aliases) => set({ aliases })}
        rows={1}
        spellCheck={false}
      />
      {conflicts}
      {isNew ? (
        <>
          {groupNames.size > 1 ? (
            <NativeSelect
              label={t('web.clients.column.group')}
              hint={t('web.clients.field.group.hint')}
              value={fields.group}
              options={[...groupNames].map(([value, label]) => ({ value, label }))}
              onChange={(group) => set({ group })}
            />
          ) : undefined}
          <RadioGroup
            label={t('web.clients.column.class')}
            value={String(fields.class)}
            isFramed
            options={classes.map((value) => {
              const number = Number(value) as RecordClass;
              return {
                value,
                label: <KeyBit value={number} label={classTitle(number, texts)} />,
                hint: t(`web.clients.class.${value}`),
              };
            })}
            onChange={(value) => set({ class: Number(value) as RecordClass })}
          />
        </>
      ) : undefined}
      <div className="client-form-pair">
        <PersonPicker
          label={t('web.clients.column.lead')}
          note={t('web.clients.optional')}
          value={fields.lead}
          onChange={(lead) => set({ lead })}
        />
        <DateField
          label={t('web.clients.field.review')}
          note={t('web.clients.optional')}
          value={fields.review}
          onChange={(review) => set({ review })}
        />
      </div>
      <CountriesField value={fields.countries} onChange={(countries) => set({ countries })} />
    </div>
  );
}

function CountriesField({
  value,
  onChange,
}: {
  readonly value: readonly string[];
  readonly onChange: (countries: readonly string[]) => void;
}): ReactNode {
  const { t, intlTag } = useTexts();
  const countries = useMemo(() => listCountries(intlTag), [intlTag]);
  const nameOf = (code: string): string => countries.find((each) => each.code === code)?.name ?? code;
  const find = useCallback(
    (query: string) =>
      countries
        .filter(
          ({ code, name }) =>
            !value.includes(code) &&
            (foldName(name).includes(foldName(query)) || code.toLowerCase() === query.trim().toLowerCase()),
        )
        .map(({ code, name }) => ({ id: code, label: name, detail: code })),
    [countries, value],
  );
  return (
    <div className="alias-rows">
      <Combobox
        label={t('web.clients.field.countries')}
        note={t('web.clients.optional')}
        value={undefined}
        onChange={(option) => {
          if (option !== undefined) onChange([...value, option.id]);
        }}
        find={find}
        emptyText={t('web.clients.field.countries.none')}
        placeholder={t('web.clients.field.countries.add')}
      />
      {value.length === 0 ? undefined : (
        <ul className="country-chips">
          {value.map((code) => (
            <li key={code} className="country-chip">
              {nameOf(code)}
              <IconButton
                icon={<X aria-hidden="true" />}
                label={t('web.clients.field.countries.remove', { country: nameOf(code) })}
                isTooltipOff
                size="s"
                onClick={() => onChange(value.filter((each) => each !== code))}
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
