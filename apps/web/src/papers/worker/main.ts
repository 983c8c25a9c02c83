/// <reference lib="webworker" />
/** The worker that makes papers. Fonts come from our own server, whole: which characters a paper has is told to nobody. */
import boldUrl from '../../../../../node_modules/@embedpdf/fonts-latin/fonts/NotoSans-SemiBold.ttf?url';
import regularUrl from '../../../../../node_modules/@embedpdf/fonts-latin/fonts/NotoSans-Regular.ttf?url';
import chineseUrl from '../../../../../node_modules/@embedpdf/fonts-sc/fonts/NotoSansHans-Regular.otf?url';
import { loadWholeWebTranslator } from '@strongroom/texts';
import type { Paper, PaperAnswer } from '../papers.ts';
import { makePdf, needsChinese } from './make-pdf.ts';

declare const self: DedicatedWorkerGlobalScope;

self.addEventListener('message', (event: MessageEvent<Paper>) => {
  void answer(event.data);
});

async function answer(paper: Paper): Promise<void> {
  try {
    const [translator, regular, bold, chinese] = await Promise.all([
      loadWholeWebTranslator(paper.locale),
      load(regularUrl),
      load(boldUrl),
      needsChinese(paper) ? load(chineseUrl) : undefined,
    ]);
    const bytes = await makePdf(paper, translator, {
      regular,
      bold,
      ...(chinese === undefined ? {} : { chinese }),
    });
    self.postMessage({ ok: true, bytes } satisfies PaperAnswer, [bytes.buffer]);
  } catch {
    // The cause may quote a name: the page is told that it failed, and no more.
    self.postMessage({ ok: false } satisfies PaperAnswer);
  }
}

async function load(url: string): Promise<ArrayBuffer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error('font missing');
  return await response.arrayBuffer();
}
