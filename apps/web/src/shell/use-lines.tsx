/** Lines of the ledgers by their number, for the palette: `1234`, `#1234` or `1,234`. */
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { LedgerStatus } from '@strongroom/device';
import { useCallback } from 'react';
import { paths } from '../app/paths.ts';
import { deviceQueries, useKeys } from '../keys/keys-context.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { formatLine, LedgerGlyph } from '../ui/index.ts';
import type { Command } from './commands/command.ts';
import { readLineNumber } from './read-line-number.ts';

export function useLineFinder(): (query: string) => Promise<readonly Command[]> {
  const { t } = useTexts();
  const keys = useKeys();
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useCallback(
    async (query) => {
      const index = readLineNumber(query);
      if (index === undefined) return [];
      const ledgers =
        queries.getQueryData<readonly LedgerStatus[]>([deviceQueries, 'ledger-status']) ??
        (await keys.device.ledger.status());
      return ledgers.flatMap(({ ledger, name, size }, place) =>
        index >= size
          ? []
          : [
              {
                id: `line-${ledger}`,
                label: t('web.shell.palette.line', {
                  line: formatLine(index),
                  ledger: place === 0 ? t('web.ledger.office') : (name ?? t('web.ledger.nameless')),
                }),
                icon: <LedgerGlyph />,
                onRun: () =>
                  void navigate({
                    to: paths.ledger,
                    search: place === 0 ? {} : { ledger },
                    hash: `line-${String(index)}`,
                  }),
              },
            ],
      );
    },
    [keys, navigate, queries, t],
  );
}
