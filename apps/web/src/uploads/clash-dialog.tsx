/** Asks what is to happen with files whose name stands in their folder already. Nothing is overwritten, whichever is chosen. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTexts } from '../texts/texts-context.tsx';
import { Button, Dialog, NativeSelect, RadioGroup, formatBytes } from '../ui/index.ts';
import type { ClashChoice, NameClash } from './plan-files.ts';
import '../ui/table/table.css';
import './uploads.css';

export interface ClashDialogProps {
  readonly clashes: readonly NameClash[];
  readonly onSettle: (choices: readonly ClashChoice[]) => void;
  readonly onClose: () => void;
}

export function ClashDialog({ clashes, onSettle, onClose }: ClashDialogProps): ReactNode {
  const { t, intlTag } = useTexts();
  const [choices, setChoices] = useState<readonly ClashChoice[]>(() => clashes.map(() => 'version'));
  const isOne = clashes.length === 1;
  const first = clashes[0];
  const options = (['version', 'both', 'skip'] as const).map((value) => ({
    value,
    label: t(`web.uploads.clash.${value}`),
    hint: t(`web.uploads.clash.${value}.hint`),
  }));
  const common = choices.every((choice) => choice === choices[0]) ? choices[0] : undefined;
  return (
    <Dialog
      size="m"
      title={
        isOne && first !== undefined
          ? t('web.uploads.clash.title.one', { name: first.existing.name })
          : t('web.uploads.clash.title', { count: clashes.length })
      }
      description={t('web.uploads.clash.description')}
      onClose={onClose}
      onSubmit={() => onSettle(choices)}
      footer={
        <>
          <Button type="submit" variant="primary">
            {t('web.uploads.clash.go')}
          </Button>
          <Button onClick={onClose}>{t('web.uploads.clash.none')}</Button>
        </>
      }
    >
      <RadioGroup<ClashChoice>
        label={isOne ? t('web.uploads.clash.choice') : t('web.uploads.clash.choice-all')}
        isFramed
        value={common}
        options={options}
        onChange={(choice) => setChoices(clashes.map(() => choice))}
      />
      {isOne ? undefined : (
        <ul className="clash-list">
          {clashes.map(({ file, existing }, place) => (
            <li key={[...file.folder, file.file.name].join('/')}>
              <div className="clash-name">
                <b dir="auto">{file.file.name}</b>
                <span className="row-under">
                  {[...file.folder, formatBytes(intlTag, file.file.size)].join(' › ')}
                </span>
              </div>
              <NativeSelect<ClashChoice>
                size="s"
                isLabelHidden
                label={t('web.uploads.clash.choice-of', { name: existing.name })}
                value={choices[place] ?? 'version'}
                options={options}
                onChange={(choice) => setChoices(choices.map((each, at) => (at === place ? choice : each)))}
              />
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
