/** Asked where a document has more pages than are printed at once: which of them, and that the rest is printed after. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTexts } from '../texts/texts-context.tsx';
import { Button, Dialog, TextField } from '../ui/index.ts';
import { viewerLimits } from '../viewer/limits.ts';
import { countPages, readPageRange } from '../viewer/page-range.ts';
import type { PageRange } from '../viewer/page-range.ts';

export function PrintDialog({
  pages,
  offered,
  onPrint,
  onClose,
}: {
  readonly pages: number;
  readonly offered: PageRange;
  readonly onPrint: (range: PageRange) => void;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useTexts();
  const [from, setFrom] = useState(String(offered.from));
  const [to, setTo] = useState(String(offered.to));
  const range = readPageRange(from, to, pages);
  const max = String(viewerLimits.printPagesMax);
  const wrong =
    range === undefined ? t('web.document.print.wrong', { count: String(pages), max }) : undefined;
  return (
    <Dialog
      title={t('web.document.print.title')}
      description={t('web.document.print.limit', { count: pages, max })}
      size="s"
      onClose={onClose}
      onSubmit={() => {
        if (range !== undefined) onPrint(range);
      }}
      footer={
        <>
          <Button type="submit" variant="primary" disabledReason={wrong}>
            {range === undefined
              ? t('web.document.print')
              : t('web.document.print.go', { count: countPages(range), total: String(pages) })}
          </Button>
          <Button onClick={onClose}>{t('web.room.cancel')}</Button>
        </>
      }
    >
      <TextField
        label={t('web.document.print.from')}
        value={from}
        inputMode="numeric"
        maxLength={7}
        onChange={setFrom}
      />
      <TextField
        label={t('web.document.print.to')}
        value={to}
        inputMode="numeric"
        maxLength={7}
        error={wrong}
        onChange={setTo}
      />
      <p className="muted">{t('web.document.print.line')}</p>
    </Dialog>
  );
}
