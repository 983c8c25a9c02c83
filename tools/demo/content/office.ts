/** The smallest documents that word processors and spreadsheets open: OOXML, a ZIP of a few XML parts. */
import { writeZip } from './zip.ts';

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const packageTypes = 'http://schemas.openxmlformats.org/package/2006';
const officeTypes = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const application = 'application/vnd.openxmlformats-officedocument';

/** A document of paragraphs; the first is the heading. `attached` are further parts, such as a picture in it. */
export function writeDocx(
  paragraphs: readonly string[],
  attached: readonly (readonly [name: string, content: Uint8Array])[] = [],
): Uint8Array {
  const body = paragraphs
    .map((text, index) => {
      const look = index === 0 ? '<w:rPr><w:b/><w:sz w:val="32"/></w:rPr>' : '';
      return `<w:p><w:r>${look}<w:t xml:space="preserve">${escapeXml(text)}</w:t></w:r></w:p>`;
    })
    .join('');
  const namespace = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
  return writeZip([
    [
      '[Content_Types].xml',
      formatTypes('/word/document.xml', `${application}.wordprocessingml.document.main+xml`),
    ],
    ['_rels/.rels', formatRelations([['officeDocument', 'word/document.xml']])],
    [
      'word/document.xml',
      `${declaration}<w:document xmlns:w="${namespace}"><w:body>${body}<w:sectPr/></w:body></w:document>`,
    ],
    ...attached,
  ]);
}

/** A workbook of one sheet. */
export function writeXlsx(sheet: string, rows: readonly (readonly (string | number)[])[]): Uint8Array {
  const namespace = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const cells = rows.map((row) => `<row>${row.map((value) => formatCell(value)).join('')}</row>`).join('');
  return writeZip([
    [
      '[Content_Types].xml',
      formatTypes('/xl/workbook.xml', `${application}.spreadsheetml.sheet.main+xml`, [
        ['/xl/worksheets/sheet1.xml', `${application}.spreadsheetml.worksheet+xml`],
      ]),
    ],
    ['_rels/.rels', formatRelations([['officeDocument', 'xl/workbook.xml']])],
    ['xl/_rels/workbook.xml.rels', formatRelations([['worksheet', 'worksheets/sheet1.xml']])],
    [
      'xl/workbook.xml',
      `${declaration}<workbook xmlns="${namespace}" xmlns:r="${officeTypes}"><sheets>` +
        `<sheet name="${escapeXml(sheet)}" sheetId="1" r:id="r1"/></sheets></workbook>`,
    ],
    [
      'xl/worksheets/sheet1.xml',
      `${declaration}<worksheet xmlns="${namespace}"><sheetData>${cells}</sheetData></worksheet>`,
    ],
  ]);
}

function formatCell(value: string | number): string {
  return typeof value === 'number'
    ? `<c><v>${value}</v></c>`
    : `<c t="inlineStr"><is><t>${escapeXml(value)}</t></is></c>`;
}

function formatTypes(
  main: string,
  type: string,
  others: readonly (readonly [part: string, type: string])[] = [],
): string {
  const overrides = [[main, type] as const, ...others]
    .map(([part, each]) => `<Override PartName="${part}" ContentType="${each}"/>`)
    .join('');
  return (
    `${declaration}<Types xmlns="${packageTypes}/content-types">` +
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    '<Default Extension="xml" ContentType="application/xml"/>' +
    `<Default Extension="png" ContentType="image/png"/>${overrides}</Types>`
  );
}

function formatRelations(targets: readonly (readonly [type: string, target: string])[]): string {
  const relations = targets
    .map(
      ([type, target], index) =>
        `<Relationship Id="r${index + 1}" Type="${officeTypes}/${type}" Target="${target}"/>`,
    )
    .join('');
  return `${declaration}<Relationships xmlns="${packageTypes}/relationships">${relations}</Relationships>`;
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
