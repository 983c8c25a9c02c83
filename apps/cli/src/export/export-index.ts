/** The index of an export: the same rows for people (HTML), for tables (CSV) and for programs (JSON). */
import { encodeUtf8 } from '@strongroom/core';
import type { RecordClass } from '@strongroom/device';
import { formatCsv } from '@strongroom/texts';
import { formatSize } from '../output/format-size.ts';
import { formatTime } from '../output/format-time.ts';
import type { Output } from '../output/output.ts';

/** A document that is in the export, in one version. */
export interface ExportedDocument {
  readonly path: string;
  readonly client: string;
  readonly ledger: string;
  readonly record: string;
  readonly version: number;
  readonly newest: number;
  readonly name: string;
  readonly folder: readonly string[];
  readonly type: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly author: string;
  readonly authorName?: string;
  readonly writtenAtMs?: number;
  readonly class?: RecordClass;
  readonly labels: Readonly<Record<string, string>>;
  readonly isOnHold: boolean;
  /** Lines of the ledger. */
  readonly writtenLine?: number;
  readonly openedLine: number;
  readonly proofs: readonly string[];
}

/** What is not in it, and why. Without a record: the client as a whole, or a ledger. */
export interface LeftOut {
  readonly client?: string;
  readonly ledger?: string;
  readonly record?: string;
  readonly version?: number;
  readonly name?: string;
  readonly code: string;
}

/** Everything an index says. */
export interface ExportIndex {
  readonly format: 1;
  readonly madeAtMs: number;
  readonly firm: { readonly id: string; readonly name: string; readonly root: string };
  readonly by: string;
  readonly purpose: string;
  readonly clients: readonly {
    readonly code: string;
    readonly name?: string;
    readonly aliases: readonly string[];
    readonly countries: readonly string[];
    readonly class: RecordClass;
  }[];
  readonly people: readonly {
    readonly person: string;
    readonly name?: string;
    readonly roles: readonly string[];
  }[];
  readonly documents: readonly ExportedDocument[];
  readonly destroyed: readonly {
    readonly client: string;
    readonly record: string;
    readonly atMs?: number;
    readonly disposal?: string;
  }[];
  readonly leftOut: readonly LeftOut[];
  readonly ledgers: readonly { readonly ledger: string; readonly path: string; readonly size: number }[];
  readonly certificates: readonly string[];
}

/** The three files, by name. */
export function formatIndex(
  output: Pick<Output, 't' | 'texts' | 'say'>,
  index: ExportIndex,
): Map<string, Uint8Array> {
  return new Map([
    ['index.html', encodeUtf8(formatHtml(output, index))],
    ['index.csv', encodeUtf8(formatCsv(formatRows(output, index)))],
    ['index.json', encodeUtf8(`${JSON.stringify(index, undefined, 1)}\n`)],
  ]);
}

/** Why something was left out, in words. */
export function describeLeftOut(output: Pick<Output, 'texts'>, { code }: LeftOut): string {
  return output.texts.find(`error.${code}.title`) ?? code;
}

function formatRows({ t }: Pick<Output, 't'>, index: ExportIndex): string[][] {
  return [
    [
      t('cli.export.index.path'),
      t('cli.column.client'),
      t('cli.column.record'),
      t('cli.column.name'),
      t('cli.column.folder'),
      t('cli.column.type'),
      t('cli.column.version'),
      t('cli.column.size'),
      'SHA-256',
      t('cli.column.author'),
      t('cli.column.when'),
      t('cli.column.class'),
      t('cli.export.index.written-line'),
      t('cli.export.index.opened-line'),
      t('cli.export.index.proofs'),
      t('cli.column.state'),
    ],
    ...index.documents.map((one) => [
      one.path,
      one.client,
      one.record,
      one.name,
      one.folder.join('/'),
      one.type,
      String(one.version),
      String(one.sizeBytes),
      one.sha256,
      one.authorName ?? one.author,
      one.writtenAtMs === undefined ? '' : new Date(one.writtenAtMs).toISOString(),
      one.class === undefined ? '' : t(`class.${one.class}`),
      one.writtenLine === undefined ? '' : String(one.writtenLine),
      String(one.openedLine),
      one.proofs.join(' '),
      t('cli.export.index.here'),
    ]),
    ...index.leftOut.map((one) => [
      '',
      one.client ?? '',
      one.record ?? one.ledger ?? '',
      one.name ?? '',
      ...Array.from({ length: 2 }, () => ''),
      one.version === undefined ? '' : String(one.version),
      ...Array.from({ length: 8 }, () => ''),
      `${t('cli.export.index.left-out')}: ${one.code}`,
    ]),
    ...index.destroyed.map((one) => [
      '',
      one.client,
      one.record,
      ...Array.from({ length: 12 }, () => ''),
      t('state.record.destroyed'),
    ]),
  ];
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/gu, (character) => escapes[character] ?? '');
}

function linkTo(path: string, text: string): string {
  return `<a href="${escape(path.split('/').map(encodeURIComponent).join('/'))}">${escape(text)}</a>`;
}

function formatTableHtml(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = headings.map((heading) => `<th>${escape(heading)}</th>`).join('');
  const body = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>\n`).join('');
  return `<table><thead><tr>${head}</tr></thead><tbody>\n${body}</tbody></table>\n`;
}

/** A page without scripts: it opens from a disk, anywhere, for as long as there are browsers. */
function formatHtml(output: Pick<Output, 't' | 'texts'>, index: ExportIndex): string {
  const { t, texts } = output;
  const { firm, documents, leftOut, destroyed, ledgers, certificates } = index;
  const parts: string[] = [];
  const section = (title: string, content: string): void => {
    parts.push(`<h2>${escape(title)}</h2>\n${content}`);
  };
  if (leftOut.length > 0)
    section(
      t('cli.export.index.left-out'),
      formatTableHtml(
        [t('cli.column.client'), t('cli.column.record'), t('cli.column.name'), t('cli.export.index.why')],
        leftOut.map((one) =>
          [
            one.client ?? '',
            one.record ?? one.ledger ?? '',
            one.name ?? '',
            describeLeftOut(output, one),
          ].map(escape),
        ),
      ),
    );
  for (const client of index.clients) {
    const rows = documents.filter((one) => one.client === client.code);
    if (rows.length === 0) continue;
    section(
      [client.code, client.name, ...client.aliases].filter((part) => part !== undefined).join(' · '),
      formatTableHtml(
        [
          t('cli.column.name'),
          t('cli.column.folder'),
          t('cli.column.version'),
          t('cli.column.size'),
          t('cli.column.author'),
          t('cli.column.when'),
          t('cli.export.index.proofs'),
          'SHA-256',
        ],
        rows.map((one) => [
          linkTo(one.path, one.name),
          escape(one.folder.join('/')),
          `${one.version}/${one.newest}`,
          escape(formatSize(one.sizeBytes, texts.locale)),
          escape(one.authorName ?? one.author),
          one.writtenAtMs === undefined ? '' : escape(formatTime(one.writtenAtMs)),
          one.proofs.map((path) => linkTo(path, path.split('/').at(-1) ?? path)).join('<br>'),
          `<code>${escape(one.sha256)}</code>`,
        ]),
      ),
    );
  }
  if (destroyed.length > 0)
    section(
      t('state.record.destroyed'),
      formatTableHtml(
        [t('cli.column.client'), t('cli.column.record'), t('cli.column.when')],
        destroyed.map(({ client, record, atMs }) =>
          [client, record, atMs === undefined ? '' : formatTime(atMs)].map(escape),
        ),
      ),
    );
  section(
    t('cli.export.index.proofs'),
    `<p>${escape(t('cli.export.index.check', { root: firm.root }))}</p>\n` +
      formatTableHtml(
        [t('cli.column.ledger'), t('cli.column.line'), t('cli.column.what')],
        [
          ...ledgers.map(({ ledger, size, path }) => [escape(ledger), String(size), linkTo(path, path)]),
          ...certificates.map((path) => ['', '', linkTo(path, path)]),
        ],
      ),
  );
  const title = t('cli.export.index.title', { firm: firm.name });
  const facts = t('cli.export.index.facts', {
    when: formatTime(index.madeAtMs),
    who: index.by,
    count: documents.length,
  });
  return `<!doctype html>
<html lang="${escape(texts.locale)}">
<head><meta charset="utf-8"><title>${escape(title)}</title>
<style>body{font:15px/1.5 system-ui,sans-serif;margin:2rem}table{border-collapse:collapse}th,td{text-align:left;padding:.25rem .75rem;border-bottom:1px solid #ccc;vertical-align:top}code{font-size:.8em;word-break:break-all}</style>
</head>
<body>
<h1>${escape(title)}</h1>
<p>${escape(facts)}</p>
${parts.join('')}</body>
</html>
`;
}
