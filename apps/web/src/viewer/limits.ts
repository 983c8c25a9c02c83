/** What a document may cost before it is shown: each is checked before the costly step (attack C14). */
export const viewerLimits = {
  /** Bytes handed in. */
  sizeBytesMax: 256 * 1024 * 1024,
  /** Width times height of a picture, from its header, before it is decoded. */
  picturePixelsMax: 64_000_000,
  /** Characters of a text that are shown. */
  textCharactersMax: 2_000_000,
  /** Bytes that the text part of a DOCX may have when unpacked. */
  docxTextBytesMax: 32 * 1024 * 1024,
  /** Entries of a DOCX. */
  docxEntriesMax: 4_096,
  /** Pages of a PDF that are laid out. */
  pagesMax: 5_000,
  /** Pixels of one drawn page. */
  pagePixelsMax: 16_000_000,
  /** Pages that are printed at once. */
  printPagesMax: 200,
} as const;
