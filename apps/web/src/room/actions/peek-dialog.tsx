/** What is known about a document without opening it. Looking here asks the warden for nothing, so it leaves no line. */
import { Link } from '@tanstack/react-router';
import type { RecordRow } from '@strongroom/device';
import type { ReactNode } from 'react';
import { paths } from '../../app/paths.ts';
import { useDeviceQuery } from '../../keys/keys-context.tsx';
import { classTitle } from '../../clients/class-words.ts';
import { useTexts } from '../../texts/texts-context.tsx';
import { Bytes, Dialog, FactList, KeyBit, Time, buttonClass, formatLine } from '../../ui/index.ts';
import { nameOfRecord } from '../document-words.ts';
import { useRoom } from '../room-context.ts';
import './actions.css';

const openingsShown = 8;

export function PeekDialog({
  row,
  onClose,
}: {
  readonly row: RecordRow;
  readonly onClose: () => void;
}): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const { code, title } = useRoom();
  const openings = useDeviceQuery(
    ['openings', row.record],
    async (keys) => await keys.device.records.openings({ record: row.record, count: openingsShown }),
  );
  return (
    <Dialog
      size="side"
      title={nameOfRecord(row, texts)}
      description={t('web.room.peek.no-line')}
      onClose={onClose}
      footer={
        row.state === 'destroyed' ? undefined : (
          <Link
            to={paths.document}
            params={{ code, record: row.record }}
            className={buttonClass({ variant: 'primary' })}
          >
            {t('web.room.peek.open')}
          </Link>
        )
      }
    >
      <FactList
        facts={[
          {
            id: 'class',
            label: t('web.room.column.class'),
            value: <KeyBit value={row.class} label={classTitle(row.class, texts)} />,
          },
          {
            id: 'folder',
            label: t('web.room.peek.folder'),
            value: <span dir="auto">{row.folder.length === 0 ? title : row.folder.join(' › ')}</span>,
          },
          ...(row.state === 'destroyed'
            ? []
            : [{ id: 'size', label: t('web.room.peek.size'), value: <Bytes value={row.sizeBytes} /> }]),
          {
            id: 'written',
            label: t('web.room.peek.written'),
            value: (
              <>
                {row.authorName ?? t('web.room.person.nameless')},{' '}
                <Time atMs={row.writtenAtMs} format="date-time" />
              </>
            ),
          },
          {
            id: 'versions',
            label: t('web.room.peek.versions'),
            value: t('web.room.peek.versions.count', { count: row.versions }),
          },
        ]}
      />
      <section className="peek-openings">
        <h3>{t('web.room.peek.opened-by')}</h3>
        {row.openings === 0 ? (
          <p className="row-under">{t('web.room.opened.nobody')}</p>
        ) : (
          <ul>
            {openings.data?.map((opening) => (
              <li key={opening.line.index}>
                <span>{opening.personName ?? t('web.room.person.nameless')}</span>
                <span className="row-under">
                  <Time atMs={opening.atMs} format="date-time" />,{' '}
                  <span className="mono">{formatLine(opening.line.index)}</span>
                </span>
              </li>
            ))}
          </ul>
        )}
        {row.openings > openingsShown ? (
          <p className="row-under">{t('web.room.peek.more', { count: row.openings - openingsShown })}</p>
        ) : undefined}
      </section>
    </Dialog>
  );
}
