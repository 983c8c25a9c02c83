/** Papers as PDF: the sheets of the staff app, in its fonts, in the language of the run. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Translator } from '@strongroom/texts';
import type { CertificatePaper, LinesPaper } from '@strongroom/web/papers';

const require = createRequire(import.meta.url);

/** The file. What writes PDFs and the fonts are loaded here, so that no other command pays for them. */
export async function printPaper(
  paper: CertificatePaper | LinesPaper,
  texts: Translator,
): Promise<Uint8Array> {
  const { makePdf, needsChinese } = await import('@strongroom/web/papers');
  const [regular, bold] = await Promise.all([
    readFont(require.resolve('@embedpdf/fonts-latin'), 'NotoSans-Regular.ttf'),
    readFont(require.resolve('@embedpdf/fonts-latin'), 'NotoSans-SemiBold.ttf'),
  ]);
  if (!needsChinese(paper)) return await makePdf(paper, texts, { regular, bold });
  const chinese = await readFont(require.resolve('@embedpdf/fonts-sc'), 'NotoSansHans-Regular.otf');
  return await makePdf(paper, texts, { regular, bold, chinese });
}

/** A font lies beside what its package says it begins with. */
async function readFont(begin: string, name: string): Promise<ArrayBuffer> {
  const bytes = await readFile(join(dirname(begin), '../fonts', name));
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}
