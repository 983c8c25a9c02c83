/** Which documents can be shown here, by type and by the ending of the name. */
import type { ViewKind } from '../viewer/messages.ts';

/** How a document would be shown. */
export interface Viewing {
  readonly view: ViewKind;
  /** The type to show it as. */
  readonly type: string;
}

const pictures: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  bmp: 'image/bmp',
  avif: 'image/avif',
};

/** HTML, SVG and source code are shown as the text they are: nothing of them runs (attack C13). */
const texts: ReadonlySet<string> = new Set(
  'txt md csv tsv json xml yaml yml log ini eml html htm svg css js mjs ts sql py sh bat rtf tex'.split(' '),
);

const docxType = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

/** Undefined where there is no preview. The type decides; a type that says nothing leaves it to the ending. */
export function findViewing(name: string, type: string): Viewing | undefined {
  const ending = /\.([a-z0-9]{1,5})$/u.exec(name.toLowerCase())?.[1] ?? '';
  const plain = type.split(';')[0]?.trim().toLowerCase() ?? '';
  if (plain === 'application/pdf' || (isVague(plain) && ending === 'pdf'))
    return { view: 'pdf', type: 'application/pdf' };
  if (plain === docxType || (isVague(plain) && ending === 'docx')) return { view: 'docx', type: docxType };
  const picture = Object.values(pictures).includes(plain)
    ? plain
    : isVague(plain)
      ? pictures[ending]
      : undefined;
  if (picture !== undefined) return { view: 'image', type: picture };
  const isText =
    plain.startsWith('text/') ||
    plain === 'image/svg+xml' ||
    /^application\/(?:json|xml|xhtml\+xml|javascript)$/u.test(plain);
  if (isText || (isVague(plain) && texts.has(ending))) return { view: 'text', type: 'text/plain' };
  return undefined;
}

function isVague(type: string): boolean {
  return type === '' || type === 'application/octet-stream';
}
