/**
 * The words of a DOCX, paragraph by paragraph. Only `word/document.xml` is unpacked, within limits; its tags are read by a scanner that
 * knows no entities but the five of XML and numbers, so a document type cannot make text grow (attack C14).
 */
import { Unzip, UnzipInflate } from 'fflate';
import { viewerLimits } from './limits.ts';

/** Why a DOCX is not read. */
export class DocxError extends Error {
  readonly reason: 'broken' | 'too-large';

  constructor(reason: 'broken' | 'too-large') {
    super(reason);
    this.reason = reason;
  }
}

/** One paragraph; tables are read row by row, cells parted by tabs. @throws DocxError */
export function readDocxParagraphs(bytes: Uint8Array): readonly string[] {
  return readParagraphs(new TextDecoder('utf-8', { fatal: false }).decode(unpackDocument(bytes)));
}

function unpackDocument(bytes: Uint8Array): Uint8Array {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  let entries = 0;
  let failure: DocxError | undefined;
  const hasFailed = (): boolean => failure !== undefined;
  const unzip = new Unzip((file) => {
    if (++entries > viewerLimits.docxEntriesMax) failure ??= new DocxError('too-large');
    if (file.name !== 'word/document.xml' || failure !== undefined) return;
    file.ondata = (error, chunk) => {
      if (error !== null) failure ??= new DocxError('broken');
      sizeBytes += chunk?.length ?? 0;
      if (sizeBytes > viewerLimits.docxTextBytesMax) {
        failure ??= new DocxError('too-large');
        file.terminate();
      } else if (chunk !== undefined && failure === undefined) chunks.push(chunk.slice());
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  try {
    // In pieces, so that a small file that unpacks to a large one is stopped on the way.
    for (let offset = 0; offset < bytes.length; offset += 65_536) {
      if (hasFailed()) break;
      unzip.push(bytes.subarray(offset, offset + 65_536), offset + 65_536 >= bytes.length);
    }
  } catch (cause) {
    throw failure ?? (cause instanceof DocxError ? cause : new DocxError('broken'));
  }
  if (failure !== undefined) throw failure;
  if (chunks.length === 0) throw new DocxError('broken');
  const text = new Uint8Array(sizeBytes);
  let offset = 0;
  for (const chunk of chunks) {
    text.set(chunk, offset);
    offset += chunk.length;
  }
  return text;
}

const token = /<(\/?)([A-Za-z0-9:]+)((?:\s[^<>]*?)?)(\/?)>|([^<]+)/gu;

/** Reads WordprocessingML: text in `w:t`, breaks, tabs, paragraphs, rows and cells. What was deleted under revision is left out. */
function readParagraphs(xml: string): readonly string[] {
  if (/<!DOCTYPE/iu.test(xml)) throw new DocxError('broken');
  const paragraphs: string[] = [];
  let current = '';
  let isText = false;
  let deletedDepth = 0;
  let cellDepth = 0;
  for (const [, closing, name, , isEmpty, text] of xml.matchAll(token)) {
    if (text !== undefined) {
      if (isText && deletedDepth === 0) current += decodeEntities(text);
      continue;
    }
    const isClosing = closing === '/';
    if (name === 'w:t') isText = !isClosing && isEmpty !== '/';
    else if (name === 'w:del') deletedDepth += isClosing ? -1 : isEmpty === '/' ? 0 : 1;
    else if (name === 'w:tc' && isEmpty !== '/') {
      cellDepth += isClosing ? -1 : 1;
      if (isClosing) current += '\t';
    } else if (name === 'w:tab' && !isClosing) current += '\t';
    else if ((name === 'w:br' || name === 'w:cr') && !isClosing) current += '\n';
    else if ((name === 'w:p' && isClosing && cellDepth === 0) || (name === 'w:tr' && isClosing)) {
      paragraphs.push(current.replace(/\t+$/u, ''));
      current = '';
    } else if (name === 'w:p' && isClosing && cellDepth > 0) current += ' ';
  }
  if (current !== '') paragraphs.push(current);
  return paragraphs;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|([a-z]+));/gu,
    (whole, decimal, hex, name: string) => {
      if (typeof name === 'string') return entities[name] ?? whole;
      const code = typeof decimal === 'string' ? Number(decimal) : Number.parseInt(String(hex), 16);
      return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
        ? String.fromCodePoint(code)
        : '\ufffd';
    },
  );
}
