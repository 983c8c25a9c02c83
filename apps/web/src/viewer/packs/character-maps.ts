/** The character maps of pdf.js, for fonts of Chinese, Japanese and Korean documents. */
export const files: Readonly<Record<string, string>> = import.meta.glob<string>(
  '../../../../../node_modules/pdfjs-dist/cmaps/*.bcmap',
  { eager: true, query: '?inline', import: 'default' },
);
