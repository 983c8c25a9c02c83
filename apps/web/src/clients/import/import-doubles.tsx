/** Lines that are clients already, or twice in the list: left out unless they are ticked. */
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import type { ClientsFile } from '../../keys/contract.ts';
import { useTexts } from '../../texts/texts-context.tsx';
import { Button, Card, Checkbox } from '../../ui/index.ts';

const shownMax = 50;

export function ImportDoubles({
  file,
  doubles,
  ticked,
  onTick,
}: {
  readonly file: ClientsFile;
  readonly doubles: ClientsFile['doubles'];
  readonly ticked: ReadonlySet<number>;
  readonly onTick: (lines: ReadonlySet<number>) => void;
}): ReactNode {
  const { t } = useTexts();
  const names = useMemo(() => new Map(file.rows.map(({ line, name }) => [line, name])), [file.rows]);
  if (doubles.length === 0) return undefined;
  const areAll = doubles.every(({ line }) => ticked.has(line));
  return (
    <Card
      title={t('web.clients.import.doubles', { count: doubles.length })}
      hint={t('web.clients.import.doubles.hint')}
      actions={
        <Button
          size="s"
          onClick={() => onTick(areAll ? new Set() : new Set(doubles.map(({ line }) => line)))}
        >
          {t(areAll ? 'web.clients.import.doubles.none' : 'web.clients.import.doubles.all')}
        </Button>
      }
      footer={
        doubles.length > shownMax
          ? t('web.clients.import.doubles.more', { count: doubles.length - shownMax })
          : undefined
      }
      isPadded={false}
    >
      <ul className="import-list">
        {doubles.slice(0, shownMax).map(({ line, code }) => (
          <li key={line}>
            <span className="muted import-line">{t('web.clients.import.line.of', { line })}</span>
            <Checkbox
              label={t('web.clients.import.doubles.add', { name: names.get(line) ?? '' })}
              isChecked={ticked.has(line)}
              onChange={(isTicked) => {
                const next = new Set(ticked);
                if (isTicked) next.add(line);
                else next.delete(line);
                onTick(next);
              }}
            />
            <span className="muted small">
              {code === undefined
                ? t('web.clients.import.doubles.twice')
                : t('web.clients.import.doubles.there', { code })}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
