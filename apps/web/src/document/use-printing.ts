/**
 * Printing, as far as the printer's dialog: a fresh opening, whose reason tells the ledger that it is for printing, then the pages as
 * pictures from the viewer. Where the ledger has no line, nothing is printed.
 */
import type { RecordRow } from '@strongroom/device';
import { useRef, useState } from 'react';
import type { RefObject } from 'react';
import { useKeys } from '../keys/keys-context.tsx';
import type { OpenedFile } from '../keys/contract.ts';
import { useTexts } from '../texts/texts-context.tsx';
import type { FromViewer } from '../viewer/messages.ts';
import { countPages } from '../viewer/page-range.ts';
import type { PageRange } from '../viewer/page-range.ts';
import { printingReason } from './printing-reason.ts';
import type { Why } from './opening-why.ts';
import type { Viewing } from './view-kind.ts';
import type { ViewerHandle } from './viewer-frame.tsx';

/** A printing that the ledger knows of and whose pages are not all here yet. */
interface Job {
  readonly file: OpenedFile;
  readonly count: number;
  readonly pictures: Blob[];
}

export interface Printing {
  readonly print: (range: PageRange) => void;
  /** A picture from the viewer. One that no printing waits for is dropped. */
  readonly take: (message: Extract<FromViewer, { kind: 'picture' }>) => void;
  readonly isPrinting: boolean;
  readonly error: unknown;
}

export function usePrinting(options: {
  readonly row: RecordRow;
  readonly version: number;
  readonly why: Why;
  readonly viewing: Viewing;
  readonly pages: number;
  readonly viewer: RefObject<ViewerHandle | null>;
  readonly onPrint: (file: OpenedFile, viewing: Viewing, pictures: readonly Blob[]) => void;
  readonly onOpened: (file: OpenedFile) => void;
}): Printing {
  const { row, version, why, viewing, pages, viewer, onPrint, onOpened } = options;
  const texts = useTexts();
  const keys = useKeys();
  const job = useRef<Job>(undefined);
  const [isPrinting, setIsPrinting] = useState(false);
  const [error, setError] = useState<unknown>();
  const begin = async (range: PageRange): Promise<void> => {
    setIsPrinting(true);
    setError(undefined);
    job.current = undefined;
    try {
      const file = await keys.files.open({
        record: row.record,
        version,
        purpose: why.purpose,
        reason: printingReason({ range, pages, reason: why.reason }, texts),
      });
      onOpened(file);
      if (viewing.view === 'pdf' || viewing.view === 'image') {
        job.current = { file, count: countPages(range), pictures: [] };
        viewer.current?.tell({ kind: 'pictures', ...range });
        return;
      }
      setIsPrinting(false);
      onPrint(file, viewing, []);
    } catch (cause) {
      setIsPrinting(false);
      setError(cause);
    }
  };
  return {
    print: (range) => {
      if (!isPrinting) void begin(range);
    },
    take: ({ page, of, picture }) => {
      const waiting = job.current;
      if (waiting === undefined || of !== waiting.count || page !== waiting.pictures.length + 1) return;
      waiting.pictures.push(picture);
      if (page < of) return;
      job.current = undefined;
      setIsPrinting(false);
      onPrint(waiting.file, viewing, waiting.pictures);
    },
    isPrinting,
    error,
  };
}
