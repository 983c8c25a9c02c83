/** Taking lines away as a list: by client, person and period, as CSV or PDF, with names only for who may. */
import { formatCsv } from '@strongroom/texts';
import type { PersonId, RoomId, VaultId } from '@strongroom/core';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useClients } from '../clients/use-clients.ts';
import { useDeviceMutation, useSession } from '../keys/keys-context.tsx';
import type { NamesById } from '../ledger-words/line-parts.ts';
import { makePaper } from '../papers/make-paper.ts';
import { saveBlob } from '../save-blob.ts';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Button, Checkbox, DateField, Dialog, NativeSelect, RadioGroup } from '../ui/index.ts';
import { makeLineTable } from './line-table.ts';

const dayMs = 86_400_000;
const anybody = 'all';
type Format = 'csv' | 'pdf';

export function ListDialog({
  ledger,
  name,
  names,
  onClose,
}: {
  readonly ledger: VaultId;
  readonly name: string;
  readonly names: NamesById;
  readonly onClose: () => void;
}): ReactNode {
  const texts = useTexts();
  const { t, locale } = texts;
  const session = useSession();
  const { rows } = useClients();
  const [room, setRoom] = useState(anybody);
  const [person, setPerson] = useState(anybody);
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [format, setFormat] = useState<Format>('csv');
  const [withNames, setWithNames] = useState(false);
  const mayName = session.kind === 'unlocked' && session.roles.includes('namer');
  const clients = rows.filter(({ vault }) => vault === ledger);
  const make = useDeviceMutation(async (keys) => {
    const report = await keys.device.ledger.report({
      ledger,
      ...(room === anybody ? {} : { room: room as RoomId }),
      ...(person === anybody ? {} : { person: person as PersonId }),
      ...(from === '' ? {} : { fromMs: Date.parse(`${from}T00:00:00Z`) }),
      ...(to === '' ? {} : { toMs: Date.parse(`${to}T00:00:00Z`) + dayMs }),
      withNames,
    });
    const table = makeLineTable(report, texts, names);
    const blob =
      format === 'csv'
        ? new Blob([formatCsv([table.headings, ...table.rows])], { type: 'text/csv;charset=utf-8' })
        : await makePaper({
            kind: 'lines',
            locale,
            ledgerName: name,
            origin: report.origin,
            size: report.size,
            root: report.root,
            rows: table.rows,
            period: [from, to],
            ...(report.statement === undefined ? {} : { statementLine: report.statement.index }),
            madeAtMs: report.madeAtMs,
            timeZone: 'UTC',
          });
    saveBlob(blob, `lines-${ledger}.${format}`);
  });
  return (
    <Dialog
      title={t('web.ledger.list.title')}
      description={t('web.ledger.list.sentence')}
      isBusy={make.isPending}
      onClose={onClose}
      onSubmit={() => make.mutate(undefined, { onSuccess: onClose })}
      footer={
        <>
          <Button type="submit" variant="primary" pending={make.isPending}>
            {t('web.ledger.list.make')}
          </Button>
          <Button onClick={onClose}>{t('web.me.cancel')}</Button>
        </>
      }
    >
      <div className="ledger-list-fields">
        {clients.length === 0 ? undefined : (
          <NativeSelect
            label={t('web.ledger.list.client')}
            value={room}
            options={[
              { value: anybody, label: t('web.ledger.list.client.all') },
              ...clients.map((client) => ({ value: client.room, label: client.name ?? client.code })),
            ]}
            onChange={setRoom}
          />
        )}
        <NativeSelect
          label={t('web.ledger.list.who')}
          value={person}
          options={[
            { value: anybody, label: t('web.room.ledger.person.all') },
            ...[...names]
              .filter(([id]) => id.startsWith('per_'))
              .map(([value, label]) => ({ value, label }))
              .toSorted((left, right) => left.label.localeCompare(right.label, texts.intlTag)),
          ]}
          onChange={setPerson}
        />
        <DateField label={t('web.ledger.list.from')} value={from} max={to} onChange={setFrom} />
        <DateField label={t('web.ledger.list.to')} value={to} min={from} onChange={setTo} />
        <RadioGroup<Format>
          label={t('web.ledger.list.format')}
          isInline
          value={format}
          options={[
            { value: 'csv', label: t('web.ledger.list.csv') },
            { value: 'pdf', label: t('web.ledger.list.pdf') },
          ]}
          onChange={setFormat}
        />
        {mayName ? (
          <Checkbox
            label={t('web.ledger.list.names')}
            hint={t('web.ledger.list.names.hint')}
            isChecked={withNames}
            onChange={setWithNames}
          />
        ) : (
          <p className="row-under">{t('web.ledger.list.pseudonyms')}</p>
        )}
      </div>
      <ErrorView error={make.error} />
    </Dialog>
  );
}
