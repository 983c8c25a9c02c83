/** The cells of a document's row: what stands in each column of the room's tables. */
import { Link } from '@tanstack/react-router';
import type { RecordRow } from '@strongroom/device';
import { File, FileImage, FileSpreadsheet, FileText, FileX2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { paths } from '../../app/paths.ts';
import { useTexts } from '../../texts/texts-context.tsx';
import { HoldTapeGlyph, Time, formatBytes, formatLine } from '../../ui/index.ts';
import { isSettled, nameOfRecord, shortName } from '../document-words.ts';
import { useRoom } from '../room-context.ts';
import { useWhen } from '../use-when.ts';

export interface NameCellProps {
  readonly row: RecordRow;
  /** The folder stands under the name: where documents of several folders are listed. */
  readonly isFolderShown: boolean;
  /** The document that this is a conflict copy of, if it is there. */
  readonly original: RecordRow | undefined;
}

export function NameCell({ row, isFolderShown, original }: NameCellProps): ReactNode {
  const texts = useTexts();
  const { t, intlTag } = texts;
  const { code } = useRoom();
  const when = useWhen();
  const name = nameOfRecord(row, texts);
  if (row.state === 'destroyed') {
    return (
      <div className="row-name">
        <FileX2 aria-hidden="true" />
        <div>
          <b>{name}</b>
          <span className="row-under">
            {row.destroyedAtMs === undefined
              ? t('web.room.gone')
              : t('web.room.gone.on', { date: when(row.destroyedAtMs, 'date') })}
          </span>
        </div>
      </div>
    );
  }
  const under = [
    ...(isFolderShown && row.folder.length > 0 ? [row.folder.join(' › ')] : []),
    formatBytes(intlTag, row.sizeBytes),
  ].join(' · ');
  return (
    <div className="row-name">
      <FileGlyph type={row.type} />
      <div>
        <Link
          to={paths.document}
          params={{ code, record: row.record }}
          tabIndex={-1}
          dir="auto"
          draggable={false}
        >
          {name}
        </Link>
        <span className="row-under">{under}</span>
        {row.conflictOf === undefined || isSettled(row) ? undefined : <ConflictFlag original={original} />}
        {row.disposal === undefined || row.disposal.state === 'stopped' ? undefined : (
          <span className="row-flag">
            {t(`state.disposal.${row.disposal.state}`)}{' '}
            <Link to={paths.disposalDetails} params={{ disposal: row.disposal.disposal }} tabIndex={-1}>
              {t('web.room.disposal.show')}
            </Link>
          </span>
        )}
      </div>
    </div>
  );
}

function ConflictFlag({ original }: { readonly original: RecordRow | undefined }): ReactNode {
  const { t } = useTexts();
  const { code } = useRoom();
  return (
    <span className="row-flag">
      {original === undefined ? (
        t('web.room.conflict')
      ) : (
        <>
          {t('web.room.conflict.of')}{' '}
          <Link to={paths.document} params={{ code, record: original.record }} tabIndex={-1} dir="auto">
            {original.name}
          </Link>
        </>
      )}
    </span>
  );
}

/** A glyph for the kind of file. */
function FileGlyph({ type }: { readonly type: string }): ReactNode {
  if (type.startsWith('image/')) return <FileImage aria-hidden="true" />;
  if (/spreadsheet|excel|csv/u.test(type)) return <FileSpreadsheet aria-hidden="true" />;
  if (/pdf|text|word|document/u.test(type)) return <FileText aria-hidden="true" />;
  return <File aria-hidden="true" />;
}

/** Who opened it last, when, and in which line. */
export function OpenedCell({ row }: { readonly row: RecordRow }): ReactNode {
  const { t } = useTexts();
  const { code } = useRoom();
  const { lastOpened } = row;
  if (row.state === 'destroyed') return undefined;
  if (lastOpened === undefined) return <span className="muted">{t('web.room.opened.nobody')}</span>;
  const name = lastOpened.personName ?? t('web.room.person.nameless');
  return (
    <span className="opened-cell">
      <span className="opened-name" title={name}>
        {shortName(name)}
      </span>
      <span className="row-under nowrap">
        <Time atMs={lastOpened.atMs} />,{' '}
        <Link
          to={paths.roomLedger}
          params={{ code }}
          hash={`line-${lastOpened.line.index}`}
          tabIndex={-1}
          className="mono line-link"
          aria-label={t('web.room.line', { line: formatLine(lastOpened.line.index) })}
        >
          {formatLine(lastOpened.line.index)}
        </Link>
      </span>
    </span>
  );
}

/** Whether it is kept, held, or gone. */
export function KeepCell({ row }: { readonly row: RecordRow }): ReactNode {
  const { t } = useTexts();
  if (row.state === 'destroyed') {
    return row.disposal === undefined ? undefined : (
      <Link to={paths.disposalDetails} params={{ disposal: row.disposal.disposal }} tabIndex={-1}>
        {t('web.room.keep.certificate')}
      </Link>
    );
  }
  if (row.isOnHold) {
    return (
      <span className="keep-held">
        <HoldTapeGlyph />
        {t('web.room.keep.held')}
      </span>
    );
  }
  return <span>{t('web.room.keep.kept')}</span>;
}
