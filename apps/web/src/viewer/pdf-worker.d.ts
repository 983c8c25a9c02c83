/** The worker's module is loaded as a script of the frame; nothing of it is called by name. */
declare module 'pdfjs-dist/build/pdf.worker.mjs';
