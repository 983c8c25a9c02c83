import type { RecordRow } from '@strongroom/device';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTexts } from '../../texts/texts-context.tsx';
import { Checkbox, SearchField } from '../../ui/index.ts';
import './actions.css';

export interface RecordChecklistProps {
  readonly label: string;
  readonly rows: readonly RecordRow[];
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
  readonly nameOf: (row: RecordRow) => string;
  readonly find: (rows: readonly RecordRow[], text: string) => readonly RecordRow[];
  readonly error?: string | undefined;
}

const shownMax = 60;

/** Documents to tick, with a search. */
export function RecordChecklist({
  label,
  rows,
  chosen,
  onChange,
  nameOf,
  find,
  error,
}: RecordChecklistProps): ReactNode {
  const { t } = useTexts();
  const [text, setText] = useState('');
  const found = find(rows, text);
  return (
    <fieldset className="record-checklist">
      <legend className="field-label">{label}</legend>
      {rows.length > 8 ? (
        <SearchField
          size="s"
          label={t('web.room.find')}
          clearLabel={t('web.room.find.clear')}
          value={text}
          onChange={setText}
        />
      ) : undefined}
      <div className="record-checklist-rows">
        {found.slice(0, shownMax).map((row) => (
          <Checkbox
            key={row.record}
            label={<span dir="auto">{nameOf(row)}</span>}
            hint={row.folder.length === 0 ? undefined : row.folder.join(' › ')}
            isChecked={chosen.has(row.record)}
            onChange={(isChecked) => {
              const next = new Set(chosen);
              if (isChecked) next.add(row.record);
              else next.delete(row.record);
              onChange(next);
            }}
          />
        ))}
        {found.length > shownMax ? (
          <p className="row-under">{t('web.room.and-more', { count: found.length - shownMax })}</p>
        ) : undefined}
      </div>
      <p className="field-error" aria-live="polite">
        {error}
      </p>
    </fieldset>
  );
}
