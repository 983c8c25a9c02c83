/** The document itself: the question before a Secret one, progress, the sealed frame with its tools, or why there is no preview. */
import type { RecordRow } from '@strongroom/device';
import { ChevronDown, ChevronUp, Download, Printer, ZoomIn, ZoomOut } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import type { OpenedFile } from '../keys/contract.ts';
import { ErrorView } from '../texts/error-view.tsx';
import { useCommands } from '../shell/commands/commands-context.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Button, EmptyState, ErrorNotice, IconButton, Progress, SearchField } from '../ui/index.ts';
import type { FromViewer, ViewerFailure } from '../viewer/messages.ts';
import { asksWhy } from './opening-why.ts';
import type { Why } from './opening-why.ts';
import { isPrintedAtOnce, nextPages } from '../viewer/page-range.ts';
import { PrintDialog } from './print-dialog.tsx';
import { PurposeForm } from './purpose-form.tsx';
import { useOpening } from './use-opening.ts';
import { usePrinting } from './use-printing.ts';
import { nameOfVersion } from './version-name.ts';
import { findViewing } from './view-kind.ts';
import type { Viewing } from './view-kind.ts';
import { ViewerFrame } from './viewer-frame.tsx';
import type { ViewerHandle } from './viewer-frame.tsx';

const zooms = [0.5, 0.75, 1, 1.25, 1.5, 2, 3] as const;

export function DocumentView({
  row,
  version,
  content,
  watermark,
  onDownload,
  onPrint,
  onOpened,
}: {
  readonly row: RecordRow;
  readonly version: number;
  /** The version that the content came with. */
  readonly content: number;
  readonly watermark: (file: OpenedFile) => string | undefined;
  readonly onDownload: (file: OpenedFile) => void;
  readonly onPrint: (file: OpenedFile, viewing: Viewing, pictures: readonly Blob[]) => void;
  readonly onOpened: (file: OpenedFile) => void;
}): ReactNode {
  const { t } = useTexts();
  const { opening, open } = useOpening({ record: row.record, version, content }, asksWhy([row]));
  const file = opening.kind === 'open' ? opening.file : undefined;
  useEffect(() => {
    if (file !== undefined) onOpened(file);
  }, [file, onOpened]);
  switch (opening.kind) {
    case 'asking':
      return asksWhy([row]) ? <PurposeForm onOpen={open} /> : undefined;
    case 'opening':
      return (
        <div className="document-wait">
          <Progress
            label={t('web.document.opening')}
            value={opening.total === 0 ? undefined : opening.done}
            max={Math.max(1, opening.total)}
          />
        </div>
      );
    case 'failed':
      return (
        <div className="document-wait">
          <ErrorView
            error={opening.error}
            action={<Button onClick={() => open(opening.why)}>{t('web.document.again')}</Button>}
          />
        </div>
      );
    case 'open': {
      const viewing = findViewing(opening.file.name, opening.file.type);
      if (viewing === undefined)
        return (
          <EmptyState
            title={t('web.document.no-preview')}
            sentence={t('web.document.no-preview.sentence')}
            action={
              <Button
                variant="primary"
                icon={<Download aria-hidden="true" />}
                onClick={() => onDownload(opening.file)}
              >
                {t('web.document.download')}
              </Button>
            }
          />
        );
      return (
        <OpenDocument
          row={row}
          version={version}
          why={opening.why}
          file={opening.file}
          viewing={viewing}
          watermark={watermark(opening.file)}
          onDownload={onDownload}
          onPrint={onPrint}
          onOpened={onOpened}
        />
      );
    }
  }
}

function OpenDocument({
  row,
  version,
  why,
  file,
  viewing,
  watermark,
  onDownload,
  onPrint,
  onOpened,
}: {
  readonly row: RecordRow;
  readonly version: number;
  readonly why: Why;
  readonly file: OpenedFile;
  readonly viewing: Viewing;
  readonly watermark: string | undefined;
  readonly onDownload: (file: OpenedFile) => void;
  readonly onPrint: (file: OpenedFile, viewing: Viewing, pictures: readonly Blob[]) => void;
  readonly onOpened: (file: OpenedFile) => void;
}): ReactNode {
  const { t, intlTag } = useTexts();
  const viewer = useRef<ViewerHandle>(null);
  const [pages, setPages] = useState(0);
  const [page, setPage] = useState(1);
  const [zoom, setZoom] = useState<number | 'fit'>('fit');
  const [wanted, setWanted] = useState('');
  const [found, setFound] = useState<{ readonly count: number; readonly index: number }>();
  const [failure, setFailure] = useState<ViewerFailure>();
  const [isChoosing, setIsChoosing] = useState(false);
  const [lastPrinted, setLastPrinted] = useState(0);
  const printing = usePrinting({ row, version, why, viewing, pages, viewer, onPrint, onOpened });
  const search = useRef<HTMLDivElement>(null);
  const receive = (message: FromViewer): void => {
    switch (message.kind) {
      case 'shown':
        setPages(message.pages);
        break;
      case 'page':
        setPage(message.page);
        break;
      case 'found':
        setFound({ count: message.count, index: message.index });
        break;
      case 'failed':
        setFailure(message.reason);
        break;
      case 'picture':
        printing.take(message);
        break;
      case 'key':
        if (message.key.toLowerCase() === 'f') search.current?.querySelector('input')?.focus();
        else if (message.key.toLowerCase() === 'p') print();
        else
          document.dispatchEvent(
            new KeyboardEvent('keydown', {
              key: message.key,
              ctrlKey: message.ctrl,
              shiftKey: message.shift,
              bubbles: true,
            }),
          );
        break;
      case 'ready':
        break;
    }
  };
  const print = (): void => {
    // Before it is shown a document has no pages, and nothing is there to print.
    if (pages === 0 || failure !== undefined) return;
    if (isPrintedAtOnce(pages)) printing.print({ from: 1, to: pages });
    else setIsChoosing(true);
  };
  const changeZoom = (step: 1 | -1): void => {
    const now = zoom === 'fit' ? 1 : zoom;
    const next = step === 1 ? zooms.find((one) => one > now) : zooms.findLast((one) => one < now);
    if (next === undefined) return;
    setZoom(next);
    viewer.current?.tell({ kind: 'zoom', zoom: next });
  };
  const find = (text: string, step: 1 | -1 | 0): void => {
    setWanted(text);
    if (text === '') setFound(undefined);
    viewer.current?.tell({ kind: 'find', text, step });
  };
  useCommands([
    {
      id: 'print',
      label: t('web.document.print'),
      icon: <Printer aria-hidden="true" />,
      onRun: print,
    },
    {
      id: 'download',
      label: t('web.document.download'),
      icon: <Download aria-hidden="true" />,
      onRun: () => onDownload(file),
    },
  ]);
  const percent = new Intl.NumberFormat(intlTag, { style: 'percent' });
  if (failure !== undefined)
    return (
      <div className="document-wait">
        <ErrorNotice
          title={t(`web.document.failed.${failure}`)}
          next={t('web.document.failed.next')}
          action={<Button onClick={() => onDownload(file)}>{t('web.document.download')}</Button>}
        />
      </div>
    );
  return (
    <div className="document-open">
      <div className="document-tools" role="toolbar" aria-label={t('web.document.tools')}>
        {pages > 1 ? (
          <span className="document-pages">
            {t('web.document.page-of', { page: String(page), count: String(pages) })}
          </span>
        ) : undefined}
        <IconButton
          size="s"
          label={t('web.document.zoom-out')}
          icon={<ZoomOut aria-hidden="true" />}
          onClick={() => changeZoom(-1)}
        />
        <Button
          size="s"
          variant="quiet"
          aria-label={t('web.document.zoom-fit')}
          onClick={() => {
            setZoom('fit');
            viewer.current?.tell({ kind: 'zoom', zoom: 'fit' });
          }}
        >
          {zoom === 'fit' ? t('web.document.fit') : percent.format(zoom)}
        </Button>
        <IconButton
          size="s"
          label={t('web.document.zoom-in')}
          icon={<ZoomIn aria-hidden="true" />}
          onClick={() => changeZoom(1)}
        />
        {viewing.view === 'image' ? undefined : (
          <div className="document-find">
            <div ref={search}>
              <SearchField
                label={t('web.document.find')}
                clearLabel={t('web.document.find-clear')}
                size="s"
                value={wanted}
                onChange={(text) => find(text, 0)}
                onEnter={() => find(wanted, 1)}
              />
            </div>
            {found === undefined ? undefined : (
              <span className="document-found" role="status">
                {found.count === 0
                  ? t('web.document.found.none')
                  : t('web.document.found', { index: String(found.index + 1), count: String(found.count) })}
              </span>
            )}
            <IconButton
              size="s"
              label={t('web.document.find-before')}
              icon={<ChevronUp aria-hidden="true" />}
              onClick={() => find(wanted, -1)}
            />
            <IconButton
              size="s"
              label={t('web.document.find-next')}
              icon={<ChevronDown aria-hidden="true" />}
              onClick={() => find(wanted, 1)}
            />
          </div>
        )}
        <span className="document-tools-end">
          <Button
            size="s"
            icon={<Printer aria-hidden="true" />}
            pending={printing.isPrinting || pages === 0}
            onClick={print}
          >
            {t('web.document.print')}
          </Button>
          <Button size="s" icon={<Download aria-hidden="true" />} onClick={() => onDownload(file)}>
            {t('web.document.download')}
          </Button>
        </span>
      </div>
      <ErrorView error={printing.error} />
      {isChoosing ? (
        <PrintDialog
          pages={pages}
          offered={nextPages(pages, lastPrinted)}
          onClose={() => setIsChoosing(false)}
          onPrint={(range) => {
            setIsChoosing(false);
            setLastPrinted(range.to);
            printing.print(range);
          }}
        />
      ) : undefined}
      <ViewerFrame
        ref={viewer}
        viewing={viewing}
        bytes={file.bytes}
        watermark={watermark}
        title={t('web.document.frame', { name: nameOfVersion(row, version, file.name) })}
        onMessage={receive}
      />
    </div>
  );
}
