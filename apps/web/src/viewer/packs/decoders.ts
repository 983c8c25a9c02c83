/** Decoders of pictures inside PDFs (JPEG 2000, JBIG2) and of colour profiles, as WebAssembly. */
export const files: Readonly<Record<string, string>> = import.meta.glob<string>(
  '../../../../../node_modules/pdfjs-dist/wasm/{jbig2,openjpeg,qcms_bg}.wasm',
  { eager: true, query: '?inline', import: 'default' },
);
