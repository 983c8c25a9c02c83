/** The making of papers for who runs no worker: the command line prints the same sheets, and brings the font files. */
export type { CertificatePaper, LinesPaper } from '../papers.ts';
export { makePdf, needsChinese } from './make-pdf.ts';
