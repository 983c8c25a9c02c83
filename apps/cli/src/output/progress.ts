/** How far a file has got: acknowledged bytes, speed and the time that is left, drawn at most ten times a second. */
import type { Clock, OnProgress } from '@strongroom/device';
import { cleanText } from './clean-text.ts';
import { formatDuration, formatSize } from './format-size.ts';
import type { Output } from './output.ts';
import { textWidth } from './text-width.ts';

const drawEveryMs = 100;
const barCells = 20;

/** Starts a bar for one file. `end` removes it. */
export function startProgress(options: {
  readonly output: Output;
  readonly clock: Clock;
  readonly name: string;
  readonly columns: number;
}): { readonly onProgress: OnProgress; end(): void } {
  const { output, clock, name, columns } = options;
  const startedAtMs = clock.nowMs();
  let firstBytes: number | undefined;
  let drawnAtMs = 0;
  const onProgress: OnProgress = ({ doneBytes, totalBytes }) => {
    firstBytes ??= doneBytes;
    output.event({ progress: { name, doneBytes, totalBytes } });
    const nowMs = clock.nowMs();
    if (!output.canDraw || (nowMs - drawnAtMs < drawEveryMs && doneBytes < totalBytes)) return;
    drawnAtMs = nowMs;
    const tail = describeProgress({
      output,
      doneBytes,
      totalBytes,
      movedBytes: doneBytes - firstBytes,
      elapsedMs: nowMs - startedAtMs,
    });
    output.draw(`${clip(cleanText(name), Math.max(8, columns - textWidth(tail) - 2))} ${tail}`);
  };
  return {
    onProgress,
    end: () => {
      if (output.canDraw && drawnAtMs > 0) output.draw('');
    },
  };
}

/** The bar and its figures as one line. */
export function describeProgress(options: {
  readonly output: Pick<Output, 'texts'>;
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly movedBytes: number;
  readonly elapsedMs: number;
}): string {
  const { output, doneBytes, totalBytes, movedBytes, elapsedMs } = options;
  const { locale } = output.texts;
  const share = totalBytes === 0 ? 1 : Math.min(1, doneBytes / totalBytes);
  const filled = Math.round(share * barCells);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(barCells - filled)}`;
  const figures = `${formatSize(doneBytes, locale)} / ${formatSize(totalBytes, locale)}`;
  if (elapsedMs < 500 || movedBytes <= 0) return `${bar} ${Math.floor(share * 100)}% ${figures}`;
  const bytesPerSecond = (movedBytes * 1000) / elapsedMs;
  const left = formatDuration(((totalBytes - doneBytes) * 1000) / bytesPerSecond);
  return `${bar} ${Math.floor(share * 100)}% ${figures}  ${formatSize(bytesPerSecond, locale)}/s  ${left}`;
}

function clip(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let clipped = '';
  for (const character of text) {
    if (textWidth(clipped + character) > width - 1) break;
    clipped += character;
  }
  return `${clipped}…`;
}
