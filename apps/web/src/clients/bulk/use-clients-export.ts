/** A list of clients as a file for a spreadsheet, made on this device. */
import type { ClientRow } from '@strongroom/device';
import { useCallback } from 'react';
import { nowMs } from '../../clock.ts';
import { useTexts } from '../../texts/texts-context.tsx';
import { dayOf, useToast } from '../../ui/index.ts';
import { classTitle } from '../class-words.ts';
import { csvFile } from '../csv-file.ts';
import { saveBlob } from '../../save-blob.ts';
import { useNamesOf } from '../use-clients.ts';

export function useClientsExport(): (rows: readonly ClientRow[]) => void {
  const texts = useTexts();
  const toast = useToast();
  const { groupNames, personNames } = useNamesOf();
  return useCallback(
    (rows) => {
      const { t } = texts;
      const yes = t('web.clients.export.yes');
      const head = [
        t('web.clients.column.code'),
        t('web.clients.column.name'),
        t('web.clients.field.aliases'),
        t('web.clients.column.group'),
        t('web.clients.column.lead'),
        t('web.clients.column.class'),
        t('web.clients.field.countries'),
        t('web.clients.column.review'),
        t('web.clients.column.hold'),
        t('web.clients.export.frozen'),
        t('web.clients.column.activity'),
      ];
      const lines = rows.map((row) => [
        row.code,
        row.name ?? '',
        row.aliases.join('; '),
        groupNames.get(row.vault) ?? '',
        row.lead === undefined ? '' : (personNames.get(row.lead) ?? row.lead),
        classTitle(row.class, texts),
        row.countries.join('; '),
        row.reviewAtMs === undefined ? '' : dayOf(row.reviewAtMs),
        row.isOnHold ? yes : '',
        row.isFrozen ? yes : '',
        row.lastActivityAtMs === undefined ? '' : dayOf(row.lastActivityAtMs),
      ]);
      saveBlob(csvFile([head, ...lines]), `${t('web.clients.export.file')}-${dayOf(nowMs())}.csv`);
      toast.show({ tone: 'ok', text: t('web.clients.export.done', { count: rows.length }) });
    },
    [texts, toast, groupNames, personNames],
  );
}
