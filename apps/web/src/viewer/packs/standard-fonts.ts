/** Stand-ins for the fourteen fonts that a PDF need not bring. */
export const files: Readonly<Record<string, string>> = import.meta.glob<string>(
  '../../../../../node_modules/pdfjs-dist/standard_fonts/*.{pfb,ttf}',
  { eager: true, query: '?inline', import: 'default' },
);
